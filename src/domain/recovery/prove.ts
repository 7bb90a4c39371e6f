import {
  type FoundSecret,
  findMailedSecret,
  hasEnded,
  type Presented,
  proveMailedSecret,
} from "../mail/prove-mailed-secret.ts";
import type { Queryable } from "../query.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { MailedCodeRefused, MailedLinkRefused } from "./errors.ts";

/**
 * A mailed secret that is good, by its link or by its code, and what it is for.
 *
 * @throws {MailedLinkRefused}
 * @throws {MailedCodeRefused} also for a missing code where one is needed
 */
export async function requireProof(
  db: Queryable,
  keys: SecretKeys,
  presented: Presented,
  now: Date,
): Promise<FoundSecret> {
  const { link, code } = presented;
  const shown = link === undefined ? undefined : await findMailedSecret(db, keys, { ...presented, link }, now);
  if (shown === null) throw new MailedLinkRefused();
  if (shown?.asked === false && !code?.trim()) throw new MailedCodeRefused("Type the code of the mail, too.");
  const proved = await proveMailedSecret(db, keys, presented, now);
  if (proved !== null) return proved;
  // Another call may have spent it since it was shown: the code is not what is wrong then.
  if (shown !== undefined && (await hasEnded(db, keys, shown, now))) throw new MailedLinkRefused();
  throw new MailedCodeRefused();
}

/**
 * Whether a link needs the code of the mail in this browser.
 *
 * @throws {MailedLinkRefused}
 */
export async function needsCode(
  db: Queryable,
  keys: SecretKeys,
  presented: Pick<Presented, "purpose" | "browser"> & { readonly link: string },
  now: Date,
): Promise<boolean> {
  const shown = await findMailedSecret(db, keys, presented, now);
  if (shown === null) throw new MailedLinkRefused();
  return !shown.asked;
}
