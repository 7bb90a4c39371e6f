import type { EntityManager, Loaded } from "@mikro-orm/core";
import { type Queryable, runStatement } from "../query.ts";
import { AccountGone } from "./errors.ts";
import { User } from "./user.ts";

/** A user for an answer, without the password. */
export interface UserView {
  readonly id: number;
  readonly email: string;
  readonly active: boolean;
  /** The names of the roles. */
  readonly roles: readonly string[];
  readonly createdAt: Date;
  /** The time at which the user proved to read the mails to the address; null before. */
  readonly confirmedAt: Date | null;
  readonly hasPassword: boolean;
  /** The user name; null where the account came with none. */
  readonly username: string | null;
}

/** All users, in the order of their ids. */
export async function listUsers(em: EntityManager): Promise<UserView[]> {
  const users = await em.fork().find(User, {}, { populate: ["roles"], orderBy: { id: "asc" } });
  return users.map(toView);
}

/**
 * The user with an id, as the database has it now.
 *
 * @throws {AccountGone} when the account was deleted in the meantime
 */
export async function viewUser(em: EntityManager, id: number): Promise<UserView> {
  const user = await em.fork().findOne(User, { id }, { populate: ["roles"] });
  if (user === null) throw new AccountGone();
  return toView(user);
}

/** Whether an account has an address; `email` is normalised. */
export async function isEmailTaken(em: EntityManager, email: string): Promise<boolean> {
  return (await em.fork().count(User, { email })) > 0;
}

function toView(user: Loaded<User, "roles">): UserView {
  const { id, email, active, roles, createdAt, confirmedAt = null, passwordHash, username = null } = user;
  const names = roles.getItems().map(({ name }) => name);
  return { id, email, active, roles: names, createdAt, confirmedAt, hasPassword: Boolean(passwordHash), username };
}

/** A user as of the moment when the password was verified. */
export type SignedInUser = Pick<User, "id" | "generation" | "passwordHash">;

/** SQL that tells whether the user of the row `u` has a second factor of any kind. A passkey is one unless it only signs in by itself. */
export const HAS_FACTOR =
  '(exists (select 1 from "second_factor" f where f.user_id = u.id) ' +
  'or exists (select 1 from "passkey" k where k.user_id = u.id and k."usage" <> \'first\'))';

/** SQL that tells whether the user of the row `u` holds a role that requires a second factor. */
export const ROLE_REQUIRES_FACTOR =
  'exists (select 1 from "user_role" ur join "role" r on r.id = ur.role_id where ur.user_id = u.id and r.requires_factor)';

/** What the account of a user who has just signed in is like now; see `FactorNeeds` for the rest. */
export interface HeldUser {
  readonly generation: number;
  readonly hasFactor: boolean;
  readonly hasPasskey: boolean;
  readonly roleRequiresFactor: boolean;
}

/**
 * The state of a user who has just signed in; null when the password was changed or the account closed since it was
 * verified. A generation that began since then does not matter as long as the password is the same: only what was issued
 * before is revoked by it. The statement is a write that changes nothing: it keeps other connections from beginning a
 * generation, or adding a second factor, before `tx` commits.
 */
export async function holdGeneration(
  tx: EntityManager,
  { id, generation, passwordHash }: SignedInUser,
): Promise<HeldUser | null> {
  const [row] = await runStatement<{ generation: number }>(
    tx,
    'update "user" set generation = generation where id = ? and active and (generation = ? or password_hash = ?) ' +
      "returning generation",
    [id, generation, passwordHash ?? null],
  );
  return row === undefined ? null : { generation: row.generation, ...(await factorNeeds(tx, id)) };
}

/** Whether a user has a second factor, or a passkey of any usage, and whether a role of the user requires a factor. */
export async function factorNeeds(db: Queryable, userId: number): Promise<Omit<HeldUser, "generation">> {
  const passkey = 'exists (select 1 from "passkey" p where p.user_id = u.id)';
  const [row] = await runStatement<{ factor: number; passkey: number; role: number }>(
    db,
    `select ${HAS_FACTOR} as factor, ${passkey} as passkey, ${ROLE_REQUIRES_FACTOR} as role from "user" u where id = ?`,
    [userId],
  );
  return { hasFactor: Boolean(row?.factor), hasPasskey: Boolean(row?.passkey), roleRequiresFactor: Boolean(row?.role) };
}

/**
 * The first password hash that comes after a text in binary order; undefined when there is none. The index answers it
 * in one step.
 */
export async function findPasswordHashAfter(em: EntityManager, text: string): Promise<string | undefined> {
  const [row] = await runStatement<{ hash: string }>(
    em,
    'select password_hash as hash from "user" where password_hash > ? order by password_hash limit 1',
    [text],
  );
  return row?.hash;
}

/** The number of users whose password hash begins with a text. The index answers it. */
export async function countPasswordHashes(em: EntityManager, prefix: string): Promise<number> {
  const [row] = await runStatement<{ count: number }>(
    em,
    'select count(*) as count from "user" where password_hash >= ? and password_hash < ?',
    // In binary order U+FFFF comes after all texts of hashes.
    [prefix, `${prefix}\uffff`],
  );
  return row?.count ?? 0;
}

/** Whether there is a user of that id. */
export async function userExists(db: Queryable, id: number): Promise<boolean> {
  return (await runStatement(db, 'select 1 from "user" where id = ?', [id])).length > 0;
}
