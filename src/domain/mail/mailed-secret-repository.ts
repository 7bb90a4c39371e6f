import { ALL, type Queryable, runStatement, timestamp } from "../query.ts";
import type { MailedSecretPurpose } from "./purposes.ts";

/** The state of a user that a secret can be bound to. */
export interface UserState {
  readonly id: number;
  readonly email: string;
  readonly passwordHash: string | null;
  readonly generation: number;
  readonly active: boolean;
}

/** A secret to store; see `MailedSecret`. */
export interface NewSecret {
  readonly purpose: MailedSecretPurpose;
  readonly userId: number | null;
  readonly accountDigest: string;
  readonly linkDigest: string;
  readonly codeDigest: string;
  readonly browserDigest: string | null;
  readonly digest: string;
  readonly data: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** A stored secret, with its user as the database has them now. */
export interface SecretRow extends Omit<NewSecret, "createdAt"> {
  readonly id: number;
  readonly tries: number;
  readonly foreignTries: number;
  readonly state: UserState | null;
}

/** The active user with an id or a normalised address, as a secret is bound to them; null for none. */
export async function findState(
  tx: Queryable,
  who: { readonly account: string } | { readonly userId: number | null },
): Promise<UserState | null> {
  const [column, value] = "account" in who ? ["email", who.account] : ["id", who.userId];
  const [row] = await runStatement<Omit<UserState, "active">>(
    tx,
    `select id, email, password_hash as "passwordHash", generation from "user" where ${column} = ? and active`,
    [value ?? null],
  );
  return row === undefined ? null : { ...row, active: true };
}

/** Stores a secret. */
export async function insertSecret(tx: Queryable, secret: NewSecret): Promise<void> {
  const { purpose, userId, accountDigest, linkDigest, codeDigest, browserDigest, digest, data, createdAt, expiresAt } =
    secret;
  await runStatement(
    tx,
    'insert into "mailed_secret" (purpose, user_id, account_digest, link_digest, code_digest, browser_digest, digest, data, ' +
      "created_at, expires_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [purpose, userId, accountDigest, linkDigest, codeDigest, browserDigest, digest, data, createdAt, expiresAt],
  );
}

/** Deletes the secrets of a purpose and an address but the `keep` newest. */
export async function deleteOldest(
  tx: Queryable,
  { purpose, accountDigest }: Pick<NewSecret, "purpose" | "accountDigest">,
  keep: number,
): Promise<void> {
  const own = 'select id from "mailed_secret" where account_digest = ? and purpose = ?';
  await runStatement(tx, `delete from "mailed_secret" where id in (${own} order by id desc limit ${ALL} offset ?)`, [
    accountDigest,
    purpose,
    keep,
  ]);
}

/** The column that a digest is looked for in. */
const COLUMNS = { link: "link_digest", browser: "browser_digest", account: "account_digest" } as const;

/** The secrets that have not expired: with one of these digests, or by the id, newest first. */
export async function findSecrets(
  db: Queryable,
  wanted: { by: keyof typeof COLUMNS; digests: readonly string[] } | { by: "id"; id: number },
  now: Date,
): Promise<SecretRow[]> {
  const values = wanted.by === "id" ? [wanted.id] : wanted.digests;
  if (values.length === 0) return [];
  const column = wanted.by === "id" ? "id" : COLUMNS[wanted.by];
  const rows = await runStatement<Record<string, unknown> & { expires: number | string | Date; email: string | null }>(
    db,
    'select s.id, s.purpose, s.user_id as "userId", s.account_digest as "accountDigest", s.link_digest as "linkDigest", ' +
      's.code_digest as "codeDigest", s.browser_digest as "browserDigest", s.digest, s.data, s.expires_at as expires, s.tries, ' +
      's.foreign_tries as "foreignTries", u.email, u.password_hash as "passwordHash", u.generation, u.active ' +
      `from "mailed_secret" s left join "user" u on u.id = s.user_id where s.${column} in (${values.map(() => "?").join(", ")}) ` +
      "and s.expires_at > ? order by s.id desc",
    [...values, now],
  );
  return rows.map(({ expires, email, passwordHash, generation, active, ...row }) => ({
    ...(row as unknown as SecretRow),
    expiresAt: timestamp(expires),
    state:
      email === null
        ? null
        : {
            id: Number(row.userId),
            email,
            passwordHash: passwordHash as string | null,
            generation: Number(generation),
            active: Boolean(active),
          },
  }));
}

/** Counts a wrong code for each of some secrets. */
export async function countWrong(
  tx: Queryable,
  secrets: readonly { readonly id: number; readonly foreign: boolean }[],
): Promise<void> {
  for (const { id, foreign } of secrets) {
    const column = foreign ? "foreign_tries" : "tries";
    await runStatement(tx, `update "mailed_secret" set ${column} = ${column} + 1 where id = ?`, [id]);
  }
}
