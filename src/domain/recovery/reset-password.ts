import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { beginGeneration } from "../credentials/generation.ts";
import { mintMailedSecret } from "../mail/mint-mailed-secret.ts";
import { type Presented, spendMailedSecret } from "../mail/prove-mailed-secret.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { checkPasswordPolicy } from "../passwords/policy.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { write } from "../unit-of-work.ts";
import { normaliseEmail } from "../users/email.ts";
import { User } from "../users/user.ts";
import type { Mailing } from "./confirm-address.ts";
import { MailedLinkRefused } from "./errors.ts";
import { resetMail } from "./mails.ts";
import { requireProof } from "./prove.ts";
import { endMailedSecrets, storeConfirmation } from "./recovery-repository.ts";

/** Mails a link that sets a new password to the holder of an address; nothing, at the same cost, to an address without account. */
export async function requestReset(
  em: EntityManager,
  { keys, outbox, browser }: Mailing,
  address: string,
  { now }: Pick<Occasion, "now">,
): Promise<void> {
  const account = normaliseEmail(address);
  await write(em, async (tx) => {
    const minted = await mintMailedSecret(tx, keys, { purpose: "reset", account, browser }, now);
    const to = minted.userId === null ? null : account;
    await outbox.post(tx, resetMail(to, { outbox, minted }), { now, lifetimeMs: minted.lifetimeMs });
  });
  outbox.committed();
}

/**
 * Sets a new password by what was mailed, ends every token, session and other link of the user, and confirms the address. Of several
 * calls at once one succeeds; a refused password leaves the link good.
 *
 * @param minLength the fewest characters of a password
 * @returns the address of the account
 * @throws {MailedLinkRefused}
 * @throws {MailedCodeRefused}
 * @throws {PasswordRefused}
 * @throws {HashingQueueFull}
 */
export async function resetPassword(
  em: EntityManager,
  passwords: PasswordHasher,
  keys: SecretKeys,
  { password, ...presented }: Omit<Presented, "purpose"> & { readonly password: string },
  { minLength, ...occasion }: Occasion & { minLength?: number | undefined },
): Promise<{ email: string }> {
  const { now, signal } = occasion;
  const secret = await requireProof(em, keys, { ...presented, purpose: "reset" }, now);
  const { userId } = secret;
  const user = await em.fork().findOne(User, { id: userId });
  if (user === null) throw new MailedLinkRefused();
  await checkPasswordPolicy(passwords, password, { email: user.email, minLength, signal });
  const passwordHash = await passwords.hash(password, signal);
  await recorded(em, occasion, async (tx, record) => {
    if (!(await spendMailedSecret(tx, keys, secret, now))) throw new MailedLinkRefused();
    if (!(await beginGeneration(tx, { id: userId, active: true }, { passwordHash }))) throw new MailedLinkRefused();
    await endMailedSecrets(tx, userId);
    await record({ kind: "password_reset", userId, actor: `user:${userId}` });
    if (await storeConfirmation(tx, userId, now)) await record({ kind: "confirmed", userId, actor: `user:${userId}` });
  });
  return { email: user.email };
}
