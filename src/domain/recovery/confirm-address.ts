import type { EntityManager } from "@mikro-orm/core";
import type { AccountCredentials } from "../accounts/accounts.ts";
import { prepareAccount } from "../accounts/register.ts";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { mintMailedSecret } from "../mail/mint-mailed-secret.ts";
import type { Outbox } from "../mail/outbox.ts";
import { type Presented, spendMailedSecret } from "../mail/prove-mailed-secret.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { write } from "../unit-of-work.ts";
import { normaliseEmail } from "../users/email.ts";
import { insertUsers } from "../users/new-users.ts";
import { MailedLinkRefused } from "./errors.ts";
import { accountExistsMail, confirmationMail } from "./mails.ts";
import { requireProof } from "./prove.ts";
import { findUnconfirmed, isKept, storeConfirmation } from "./recovery-repository.ts";

/** What is needed to mail a secret. */
export interface Mailing {
  readonly keys: SecretKeys;
  readonly outbox: Outbox;
  /** The secret of the browser that asks. */
  readonly browser: string | null;
}

/**
 * Makes an account whose address has to be confirmed, and mails the link. Where an account has the address its holder gets a mail
 * instead: the caller learns nothing, and the work is the same.
 *
 * @throws {EmailRefused}
 * @throws {PasswordRefused}
 * @throws {HashingQueueFull}
 */
export async function registerUnconfirmed(
  em: EntityManager,
  passwords: PasswordHasher,
  { keys, outbox, browser }: Mailing,
  credentials: AccountCredentials,
  { minLength, ...occasion }: Occasion & { minLength?: number | undefined },
): Promise<void> {
  const { now } = occasion;
  const { email, passwordHash } = await prepareAccount(passwords, credentials, { ...occasion, minLength });
  await recorded(em, occasion, async (tx, record) => {
    const kept = await isKept(tx, keys, email, { now });
    const account = { email, hash: passwordHash, active: true, confirmedAt: null };
    const [user] = kept ? [] : await insertUsers(tx, [account], now);
    if (user !== undefined) await record({ kind: "registered", userId: user.id });
    const userId = user?.id ?? null;
    const minted = await mintMailedSecret(tx, keys, { purpose: "confirm", account: email, userId, browser }, now);
    const message = userId === null ? accountExistsMail(email, outbox) : confirmationMail(email, { outbox, minted });
    await outbox.post(tx, message, { now });
  });
}

/** Mails another link to the holder of an address that is not confirmed; nothing, at the same cost, to any other address. */
export async function requestConfirmation(
  em: EntityManager,
  { keys, outbox, browser }: Mailing,
  address: string,
  { now }: Pick<Occasion, "now">,
): Promise<void> {
  const account = normaliseEmail(address);
  await write(em, async (tx) => {
    const userId = await findUnconfirmed(tx, account);
    const minted = await mintMailedSecret(tx, keys, { purpose: "confirm", account, userId, browser }, now);
    const to = minted.userId === null ? null : account;
    await outbox.post(tx, confirmationMail(to, { outbox, minted }), { now, lifetimeMs: minted.lifetimeMs });
  });
  outbox.committed();
}

/**
 * Confirms an address by what was mailed to it.
 *
 * @throws {MailedLinkRefused}
 * @throws {MailedCodeRefused}
 */
export async function confirmAddress(
  em: EntityManager,
  keys: SecretKeys,
  presented: Omit<Presented, "purpose">,
  occasion: Occasion,
): Promise<void> {
  const { now } = occasion;
  const secret = await requireProof(em, keys, { ...presented, purpose: "confirm" }, now);
  const { userId } = secret;
  await recorded(em, occasion, async (tx, record) => {
    if (!(await spendMailedSecret(tx, keys, secret, now))) throw new MailedLinkRefused();
    if (await storeConfirmation(tx, userId, now)) await record({ kind: "confirmed", userId, actor: `user:${userId}` });
  });
}

/** Lets the address of a user count as confirmed, on the operator's word; harmless when it is. Answers whether it was not. */
export function confirmByOperator(em: EntityManager, userId: number, occasion: Occasion): Promise<boolean> {
  return recorded(em, occasion, async (tx, record) => {
    if (!(await storeConfirmation(tx, userId, occasion.now))) return false;
    await record({ kind: "confirmed", userId });
    return true;
  });
}
