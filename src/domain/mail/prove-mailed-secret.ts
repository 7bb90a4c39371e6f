import { type Queryable, runStatement } from "../query.ts";
import { decrypt } from "../secrets/encrypt.ts";
import { seal, sealMatches } from "../secrets/seal.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { write } from "../unit-of-work.ts";
import { isIntact, isRightCode } from "./mailed-secret.ts";
import { countWrong, findSecrets, type SecretRow } from "./mailed-secret-repository.ts";
import type { MailedSecretPurpose } from "./purposes.ts";

/** The most wrong codes for a secret: of the browser that asked and those with the link, and as many of strangers. */
const MOST_TRIES = 5;

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

/** Whether a secret that was found is good no more: it was spent, has expired, or its user has changed. Wrong codes do not count here. */
export async function hasEnded(
  db: Queryable,
  keys: SecretKeys,
  { id }: Pick<FoundSecret, "id">,
  now: Date,
): Promise<boolean> {
  const [row] = await findSecrets(db, { by: "id", id }, now);
  return row === undefined || !isIntact(keys, row);
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
  if (await hasEnded(tx, keys, secret, now)) return false;
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
