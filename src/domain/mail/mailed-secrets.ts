import { randomBytes, randomInt } from "node:crypto";
import { type Queryable, runStatement } from "../query.ts";
import { decrypt, encrypt } from "../secrets/encrypt.ts";
import { seal, sealMatches } from "../secrets/seal.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { write } from "../unit-of-work.ts";
import {
  countWrong,
  deleteOldest,
  findSecrets,
  findState,
  insertSecret,
  type SecretRow,
} from "./mailed-secret-repository.ts";
import { type MailedSecretPurpose, PURPOSES } from "./purposes.ts";
import { digestsOf, isIntact, isRightCode, sealOf } from "./sealed-secret.ts";

const LINK_BYTES = 24;
const LEAST_CODE = 10_000_000;

/** The most secrets of a purpose that an account has at once: more than the limits of mails let anybody ask for. */
const MOST_AT_ONCE = 20;

/** The most wrong codes for a secret: of the browser that asked and those with the link, and as many of strangers. */
const MOST_TRIES = 5;

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

/** A secret that is there, and still good. */
export interface FoundSecret {
  readonly id: number;
  readonly purpose: MailedSecretPurpose;
  readonly userId: number;
  /** The text that it was minted with. */
  readonly data: string | null;
  /** Whether the browser is the one that asked: it needs no code. */
  readonly asked: boolean;
}

/** What a client presents: the link; or the code, by the browser that asked or with the address that was asked for; or link and code. */
export interface Presented {
  readonly purpose: MailedSecretPurpose;
  readonly link?: string | undefined;
  readonly code?: string | undefined;
  readonly browser: string | null;
  readonly account?: string | undefined;
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

/**
 * The secret of a link, for the page that shows what it would do. Looking changes nothing: programs that scan mails follow links.
 *
 * @returns null for a link that is unknown, spent or expired, or whose user has changed since
 */
export async function findMailedSecret(
  db: Queryable,
  keys: SecretKeys,
  { purpose, link, browser }: Pick<Presented, "purpose" | "browser"> & { readonly link: string },
  now: Date,
): Promise<FoundSecret | null> {
  const [row] = await findSecrets(
    db,
    { by: "link", digests: keys.map((key) => seal(key, ["mailed-link", purpose, link])) },
    now,
  );
  return row && row.tries < MOST_TRIES && isIntact(keys, row) ? found(keys, row, browser) : null;
}

/**
 * Proves a secret, without spending it: work that takes long, such as hashing a password, comes before {@link spendMailedSecret}. The
 * link is enough in the browser that asked; anything else needs the code. A wrong code counts, and that is committed: not to be called
 * in a transaction that is rolled back for it. Five wrong ones end the secret for whoever gave them: strangers have five of their own,
 * so that they cannot end it for its owner.
 */
export async function proveMailedSecret(
  db: Queryable,
  keys: SecretKeys,
  presented: Presented,
  now: Date,
): Promise<FoundSecret | null> {
  if (presented.link !== undefined) {
    const shown = await findMailedSecret(db, keys, { ...presented, link: presented.link }, now);
    if (shown === null || shown.asked) return shown;
  }
  const { code } = presented;
  if (code === undefined) return null;
  return write(db, async (tx) => {
    const rows = await presentedRows(tx, keys, presented, now);
    const right = rows.find(({ row }) => isRightCode(keys, row, code) && isIntact(keys, row));
    if (right !== undefined) return found(keys, right.row, presented.browser);
    await countWrong(
      tx,
      rows.map(({ row: { id }, foreign }) => ({ id, foreign })),
    );
    return null;
  });
}

/**
 * Spends a secret that was proved, in the transaction of what it is good for: of several calls at once one succeeds. All others of its
 * purpose and user end with it.
 *
 * @returns false, having changed nothing, when it was spent, or has ended since it was proved
 */
export async function spendMailedSecret(
  tx: Queryable,
  keys: SecretKeys,
  secret: FoundSecret,
  now: Date,
): Promise<boolean> {
  const [row] = await findSecrets(tx, { by: "id", id: secret.id }, now);
  if (row === undefined || !isIntact(keys, row)) return false;
  const spent = await runStatement<{ id: number }>(
    tx,
    'delete from "mailed_secret" where user_id = ? and purpose = ? returning id',
    [secret.userId, secret.purpose],
  );
  return spent.some(({ id }) => id === secret.id);
}

interface PresentedRow {
  readonly row: SecretRow;
  /** Whether a stranger presents it: neither the link nor the browser that asked. */
  readonly foreign: boolean;
}

async function presentedRows(
  tx: Queryable,
  keys: SecretKeys,
  { purpose, link, browser, account }: Presented,
  now: Date,
): Promise<PresentedRow[]> {
  const rowsBy = (by: "link" | "browser" | "account", text: string | null | undefined) =>
    findSecrets(tx, { by, digests: text ? keys.map((key) => seal(key, [`mailed-${by}`, purpose, text])) : [] }, now);
  const own = [...(await rowsBy("link", link)), ...(link === undefined ? await rowsBy("browser", browser) : [])];
  const ids = new Set(own.map(({ id }) => id));
  const others = link === undefined ? (await rowsBy("account", account)).filter(({ id }) => !ids.has(id)) : [];
  return [
    ...own.filter(({ tries }) => tries < MOST_TRIES).map((row) => ({ row, foreign: false })),
    ...others.filter(({ foreignTries }) => foreignTries < MOST_TRIES).map((row) => ({ row, foreign: true })),
  ];
}

function found(keys: SecretKeys, row: SecretRow, browser: string | null): FoundSecret | null {
  const { id, purpose, userId, data } = row;
  if (userId === null) return null;
  const text = data === null ? null : decrypt(keys, ["mail", "mailed-secret", row.linkDigest], data);
  const asked =
    browser !== null &&
    row.browserDigest !== null &&
    sealMatches(keys, ["mailed-browser", purpose, browser], row.browserDigest);
  return { id, purpose, userId, data: text, asked };
}
