import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { mintMailedSecret } from "../mail/mint-mailed-secret.ts";
import { type Presented, proveMailedSecret, spendMailedSecret } from "../mail/prove-mailed-secret.ts";
import { endFailures } from "../passwords/failed-sign-in-repository.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { write } from "../unit-of-work.ts";
import { normaliseEmail } from "../users/email.ts";
import { User } from "../users/user.ts";
import type { Mailing } from "./confirm-address.ts";
import { codeMail } from "./mails.ts";
import { storeConfirmation } from "./recovery-repository.ts";

/** Mails a code to sign in with to the holder of an address; nothing, at the same cost, to an address without account. */
export async function requestCode(
  em: EntityManager,
  { keys, outbox, browser }: Mailing,
  address: string,
  { now }: Pick<Occasion, "now">,
): Promise<void> {
  const account = normaliseEmail(address);
  await write(em, async (tx) => {
    const minted = await mintMailedSecret(tx, keys, { purpose: "sign-in", account, browser }, now);
    const to = minted.userId === null ? null : account;
    await outbox.post(tx, codeMail(to, minted), { now, lifetimeMs: minted.lifetimeMs });
  });
  outbox.committed();
}

/** Whether a passcode is written like a mailed code: eight digits, with spaces and hyphens or not. */
export function isCodeLike(passcode: string): boolean {
  return /^\d{8}$/.test(passcode.replace(/[\s-]/g, ""));
}

/**
 * The user whose mailed code it is, which is spent by that: of several calls at once one gets the user. It proves the address, too, and
 * ends the run of wrong passwords.
 *
 * @returns null for a code that is wrong, spent or expired
 */
export async function spendCode(
  em: EntityManager,
  keys: SecretKeys,
  presented: Pick<Presented, "code" | "browser" | "account">,
  occasion: Occasion,
): Promise<User | null> {
  const { now } = occasion;
  const secret = await proveMailedSecret(em, keys, { ...presented, purpose: "sign-in" }, now);
  if (secret === null) return null;
  const { userId } = secret;
  return recorded(em, occasion, async (tx, record) => {
    if (!(await spendMailedSecret(tx, keys, secret, now))) return null;
    await endFailures(tx, userId);
    if (await storeConfirmation(tx, userId, now)) await record({ kind: "confirmed", userId, actor: `user:${userId}` });
    return tx.findOne(User, { id: userId });
  });
}
