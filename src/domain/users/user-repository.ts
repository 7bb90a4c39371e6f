import type { EntityManager, Loaded } from "@mikro-orm/core";
import { runStatement } from "../query.ts";
import { parseScopes } from "../scope.ts";
import { User } from "./user.ts";

/** A user as others may see it: nothing of the password. */
export interface UserView {
  readonly id: number;
  readonly email: string;
  readonly active: boolean;
  /** The names of the roles. */
  readonly roles: readonly string[];
  readonly createdAt: Date;
}

/** A role, the scopes that it permits, and the number of users who hold it. */
export interface RoleView {
  readonly name: string;
  readonly permissions: readonly string[];
  readonly users: number;
}

/** All users, in the order of their ids. */
export async function listUsers(em: EntityManager): Promise<UserView[]> {
  const users = await em.fork().find(User, {}, { populate: ["roles"], orderBy: { id: "asc" } });
  return users.map(toView);
}

/** The user with an id, as the database has it now. Rejects when there is none: no user is ever deleted. */
export async function viewUser(em: EntityManager, id: number): Promise<UserView> {
  return toView(await em.fork().findOneOrFail(User, { id }, { populate: ["roles"] }));
}

/** Whether an account has an address; `email` is normalised. */
export async function isEmailTaken(em: EntityManager, email: string): Promise<boolean> {
  return (await em.fork().count(User, { email })) > 0;
}

/** All roles, by name. */
export async function listRoles(em: EntityManager): Promise<RoleView[]> {
  const rows = await runStatement<{ name: string; permissions: string; users: number }>(
    em,
    'select r.name, r.permissions, count(ur.user_id) as users from "role" r ' +
      'left join "user_role" ur on ur.role_id = r.id group by r.id order by r.name',
    [],
  );
  return rows.map(({ name, permissions, users }) => ({ name, permissions: parseScopes(permissions), users }));
}

function toView({ id, email, active, roles, createdAt }: Loaded<User, "roles">): UserView {
  return { id, email, active, roles: roles.getItems().map(({ name }) => name), createdAt };
}
