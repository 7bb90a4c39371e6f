import type { EntityManager } from "@mikro-orm/core";
import { insertRows, type Queryable, runStatement } from "../query.ts";
import { parseScopes } from "../scope.ts";
import { HAS_FACTOR } from "./user-repository.ts";

/** One user's holding of one role, by their ids. */
export interface Holding {
  readonly userId: number;
  readonly roleId: number;
}

/** A role, the scopes that it permits, whether it requires a second factor, and the number of users who hold it. */
export interface RoleView {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly requiresFactor: boolean;
  readonly users: number;
}

/** All roles, by name. */
export async function listRoles(em: EntityManager): Promise<RoleView[]> {
  const rows = await runStatement<{ name: string; permissions: string; requires: number; users: number }>(
    em,
    'select r.name, r.permissions, r.requires_factor as requires, count(ur.user_id) as users from "role" r ' +
      'left join "user_role" ur on ur.role_id = r.id group by r.id order by r.name',
    [],
  );
  return rows.map(({ name, permissions, requires, users }) => ({
    name,
    permissions: parseScopes(permissions),
    requiresFactor: Boolean(requires),
    users,
  }));
}

/** Stores that a user holds a role; false when the user held it already. */
export async function addHolding(tx: EntityManager, { userId, roleId }: Holding): Promise<boolean> {
  const added = await runStatement(
    tx,
    'insert into "user_role" (user_id, role_id) values (?, ?) on conflict do nothing returning user_id',
    [userId, roleId],
  );
  return added.length > 0;
}

/** Deletes the holding of a role; false when the user did not hold it. */
export async function removeHolding(tx: EntityManager, { userId, roleId }: Holding): Promise<boolean> {
  const removed = await runStatement(
    tx,
    'delete from "user_role" where user_id = ? and role_id = ? returning user_id',
    [userId, roleId],
  );
  return removed.length > 0;
}

/**
 * The ids of the users who hold a role that requires a second factor, and have none; nobody where the role requires none.
 *
 * @param userId of the one user to look at; all holders where left out
 */
export async function findFactorless(db: Queryable, role: string, userId?: number): Promise<number[]> {
  const rows = await runStatement<{ id: number }>(
    db,
    'select u.id from "user" u join "user_role" ur on ur.user_id = u.id join "role" r on r.id = ur.role_id ' +
      `where r.name = ? and r.requires_factor and not ${HAS_FACTOR}${userId === undefined ? "" : " and u.id = ?"} order by u.id`,
    userId === undefined ? [role] : [role, userId],
  );
  return rows.map(({ id }) => id);
}

/** Stores roles, but for those whose name is taken. */
export async function insertRoles(
  tx: EntityManager,
  roles: readonly { readonly name: string; readonly permissions: string | null }[],
): Promise<void> {
  await insertRows(
    tx,
    { into: '"role" (name, permissions)', ending: "on conflict (name) do nothing" },
    roles.map(({ name, permissions }) => [name, permissions]),
  );
}

/** Stores many holdings; one that is there already stays. */
export async function insertHoldings(tx: EntityManager, holdings: readonly Holding[]): Promise<void> {
  await insertRows(
    tx,
    { into: '"user_role" (user_id, role_id)', ending: "on conflict do nothing" },
    holdings.map(({ userId, roleId }) => [userId, roleId]),
  );
}
