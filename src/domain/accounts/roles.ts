import type { EntityManager } from "@mikro-orm/core";
import { audited, type Origin } from "../audit-trail/audit-trail.ts";
import { runStatement } from "../query.ts";
import { RoleNotFound } from "../users/errors.ts";
import { isRoleName, Role } from "../users/role.ts";
import { requireUser } from "./accounts.ts";

interface Holding {
  /** The user's address, in any spelling. */
  readonly email: string;
  /** The name of the role. */
  readonly role: string;
}

/**
 * Lets a user hold a role, from the next request on; harmless when the user holds it.
 *
 * @throws {UserNotFound}
 * @throws {RoleNotFound}
 */
export async function grantRole(
  em: EntityManager,
  { email, role }: Holding,
  { now, origin }: { now: Date; origin: Origin },
): Promise<void> {
  const ids = await find(em, { email, role });
  await audited(em, origin, now, async (tx, record) => {
    const added = await runStatement(
      tx,
      'insert into "user_role" (user_id, role_id) values (?, ?) on conflict do nothing returning user_id',
      [ids.userId, ids.roleId],
    );
    if (added.length > 0) await record({ kind: "role_granted", userId: ids.userId, role });
  });
}

/**
 * Takes a role from a user, from the next request on; harmless when the user does not hold it.
 *
 * @throws {UserNotFound}
 * @throws {RoleNotFound}
 */
export async function revokeRole(
  em: EntityManager,
  { email, role }: Holding,
  { now, origin }: { now: Date; origin: Origin },
): Promise<void> {
  const ids = await find(em, { email, role });
  await audited(em, origin, now, async (tx, record) => {
    const removed = await runStatement(
      tx,
      'delete from "user_role" where user_id = ? and role_id = ? returning user_id',
      [ids.userId, ids.roleId],
    );
    if (removed.length > 0) await record({ kind: "role_revoked", userId: ids.userId, role });
  });
}

async function find(em: EntityManager, { email, role }: Holding): Promise<{ userId: number; roleId: number }> {
  const user = await requireUser(em, email);
  const found = isRoleName(role) ? await em.fork().findOne(Role, { name: role }) : null;
  if (found === null) throw new RoleNotFound();
  return { userId: user.id, roleId: found.id };
}
