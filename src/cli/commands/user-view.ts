import type { EntityManager } from "@mikro-orm/core";
import { User } from "../../domain/users/user.ts";

/** A user as scripts get it: nothing of the password. */
export interface UserView {
  readonly id: number;
  readonly email: string;
  readonly active: boolean;
  readonly roles: readonly string[];
  readonly created_at: string;
}

/** The users of a database in the order in which they came: all, or the one of that id. */
export async function viewUsers(em: EntityManager, id?: number): Promise<UserView[]> {
  const where = id === undefined ? {} : { id };
  const users = await em.fork().find(User, where, { populate: ["roles"], orderBy: { id: "asc" } });
  return users.map(({ id: userId, email, active, roles, createdAt }) => ({
    id: userId,
    email,
    active,
    roles: roles
      .getItems()
      .map(({ name }) => name)
      .toSorted(),
    created_at: createdAt.toISOString(),
  }));
}
