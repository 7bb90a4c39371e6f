import { type Queryable, runStatement, timestamp } from "../query.ts";

/** A row of `SigningKey`. */
export interface StoredSigningKey {
  readonly id: string;
  readonly number: number;
  readonly createdAt: Date;
  readonly signsFrom: Date;
  /** Null while no key follows this one. */
  readonly expiresAt: Date | null;
  /** A public JWK as JSON. */
  readonly publicKey: string;
  /** The private JWK, encrypted. */
  readonly privateKey: string;
}

type Timestamp = number | string | Date;

/** All keys that have not expired, oldest first. */
export async function findSigningKeys(db: Queryable, now: Date): Promise<StoredSigningKey[]> {
  const rows = await runStatement<{
    id: string;
    number: number;
    created_at: Timestamp;
    signs_from: Timestamp;
    expires_at: Timestamp | null;
    public_key: string;
    private_key: string;
  }>(
    db,
    'select id, "number", created_at, signs_from, expires_at, public_key, private_key from "signing_key" ' +
      'where expires_at is null or expires_at > ? order by "number"',
    [now],
  );
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    createdAt: timestamp(row.created_at),
    signsFrom: timestamp(row.signs_from),
    expiresAt: row.expires_at === null ? null : timestamp(row.expires_at),
    publicKey: row.public_key,
    privateKey: row.private_key,
  }));
}

/** The highest number that a key has; 0 before the first key. */
export async function highestNumber(db: Queryable): Promise<number> {
  const [row] = await runStatement<{ highest: number | null }>(
    db,
    'select max("number") as highest from "signing_key"',
    [],
  );
  return row?.highest ?? 0;
}

/** Stores a key; false when another process has just stored one of the same number. */
export async function insertSigningKey(
  tx: Queryable,
  { id, number, createdAt, signsFrom, publicKey, privateKey }: Omit<StoredSigningKey, "expiresAt">,
): Promise<boolean> {
  const rows = await runStatement(
    tx,
    'insert into "signing_key" (id, "number", created_at, signs_from, public_key, private_key) values (?, ?, ?, ?, ?, ?) ' +
      "on conflict do nothing returning id",
    [id, number, createdAt, signsFrom, publicKey, privateKey],
  );
  return rows.length > 0;
}

/** Sets the time at which the keys below a number expire, those that have none yet. */
export async function retireBelow(tx: Queryable, number: number, expiresAt: Date): Promise<void> {
  await runStatement(tx, 'update "signing_key" set expires_at = ? where "number" < ? and expires_at is null', [
    expiresAt,
    number,
  ]);
}

/** Replaces an encrypted private key, unless another process has done so. */
export async function replacePrivateKey(
  tx: Queryable,
  { id, privateKey }: Pick<StoredSigningKey, "id" | "privateKey">,
  encryptedAnew: string,
): Promise<void> {
  await runStatement(tx, 'update "signing_key" set private_key = ? where id = ? and private_key = ?', [
    encryptedAnew,
    id,
    privateKey,
  ]);
}
