import { randomBytes, randomInt } from "node:crypto";
import type { Queryable } from "../query.ts";
import { encrypt } from "../secrets/encrypt.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { digestsOf, sealOf } from "./mailed-secret.ts";
import { deleteOldest, findState, insertSecret } from "./mailed-secret-repository.ts";
import { type MailedSecretPurpose, PURPOSES } from "./purposes.ts";

const LINK_BYTES = 24;
const LEAST_CODE = 10_000_000;

/** The most secrets of a purpose that an account has at once: more than the limits of mails let anybody ask for. */
const MOST_AT_ONCE = 20;

/** What a secret is made for. */
export interface MintedFor {
  readonly purpose: MailedSecretPurpose;
  /** The normalised address that was asked for, whether or not it has an account. A code alone is presented with it. */
  readonly account: string;
  /** The user; when left out, the active one with the address. Null for nobody: the secret is never right. */
  readonly userId?: number | null | undefined;
  /** The secret of the browser that asks; null for a client without one. The link needs no code there. */
  readonly browser: string | null;
  /** A text that comes back with the secret, such as a new address; stored encrypted. */
  readonly data?: string | undefined;
}

/** A new secret: the text of the link (32 characters, URL-safe), and the code (eight digits, no zero in front). */
export interface Minted {
  readonly link: string;
  readonly code: string;
  readonly lifetimeMs: number;
  /** The user that it is good for; null for nobody, and then nothing may be sent (see `Outbox.post`). */
  readonly userId: number | null;
}

/**
 * Mints a secret to be mailed or texted, in the transaction of the message. It does the same work for an address without account.
 * Several of one purpose may be good at once; the first that is spent ends the others.
 */
export async function mintMailedSecret(
  tx: Queryable,
  keys: SecretKeys,
  { purpose, account, browser, data, userId }: MintedFor,
  now: Date,
): Promise<Minted> {
  const { lifetimeMs } = PURPOSES[purpose];
  const link = randomBytes(LINK_BYTES).toString("base64url");
  const code = String(randomInt(LEAST_CODE, 10 * LEAST_CODE));
  const state = await findState(tx, userId === undefined ? { account } : { userId });
  const digests = digestsOf(keys[0], purpose, { account, link, code, browser });
  const row = {
    purpose,
    userId: state?.id ?? null,
    ...digests,
    data: data === undefined ? null : encrypt(keys, ["mail", "mailed-secret", digests.linkDigest], data),
    expiresAt: new Date(now.getTime() + lifetimeMs),
  };
  await deleteOldest(tx, row, MOST_AT_ONCE - 1);
  await insertSecret(tx, { ...row, digest: sealOf(keys[0], row, state), createdAt: now });
  return { link, code, lifetimeMs, userId: row.userId };
}
