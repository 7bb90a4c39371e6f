import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, type RecordEvents, recorded } from "../audit-trail/audit-trail.ts";
import { beginGeneration } from "../credentials/generation.ts";
import { RoleNotFound } from "../users/errors.ts";
import { isRoleName, Role } from "../users/role.ts";
import { addHolding, findFactorless, type Holding, removeHolding } from "../users/role-repository.ts";
import { requireUser } from "./accounts.ts";

/** A user, by an address in any spelling, and a role, by its name. */
interface NamedHolding {
  readonly email: string;
  readonly role: string;
}

/**
 * Lets a user hold a role, from the next request on; harmless when the user holds it. Where the role requires a second factor, and the
 * user has none, every token and session of the user ends: they were given for a password alone.
 *
 * @throws {UserNotFound}
 * @throws {RoleNotFound}
 */
export async function grantRole(em: EntityManager, { email, role }: NamedHolding, occasion: Occasion): Promise<void> {
  const holding = await requireBoth(em, { email, role });
  await recorded(em, occasion, async (tx, record) => {
    if (!(await addHolding(tx, holding))) return;
    await record({ kind: "role_granted", userId: holding.userId, role });
    await endFactorlessAccess(tx, role, record, holding.userId);
  });
}

/**
 * Takes a role from a user, from the next request on; harmless when the user does not hold it.
 *
 * @throws {UserNotFound}
 * @throws {RoleNotFound}
 */
export async function revokeRole(em: EntityManager, { email, role }: NamedHolding, occasion: Occasion): Promise<void> {
  const holding = await requireBoth(em, { email, role });
  await recorded(em, occasion, async (tx, record) => {
    if (await removeHolding(tx, holding)) await record({ kind: "role_revoked", userId: holding.userId, role });
  });
}

/**
 * Says whether who holds a role needs a second factor. Holders who have none lose every token and session, which were given for a password
 * alone, and are asked to set up a factor when they sign in again. Harmless when that is so already.
 *
 * @returns the number of users who lost their tokens and sessions
 * @throws {RoleNotFound}
 */
export async function setRoleRequiresFactor(
  em: EntityManager,
  { role, requires }: { readonly role: string; readonly requires: boolean },
  occasion: Occasion,
): Promise<number> {
  if (!isRoleName(role) || (await em.fork().count(Role, { name: role })) === 0) throw new RoleNotFound();
  return recorded(em, occasion, async (tx, record) => {
    const other = { name: role, requiresFactor: !requires };
    if ((await tx.nativeUpdate(Role, other, { requiresFactor: requires })) === 0) return 0;
    await record({ kind: requires ? "role_factor_required" : "role_factor_lifted", userId: null, role });
    return endFactorlessAccess(tx, role, record);
  });
}

/** Ends the access of the holders of a role that requires a second factor, those who have none; of one user where one is named. */
async function endFactorlessAccess(
  tx: EntityManager,
  role: string,
  record: RecordEvents,
  userId?: number,
): Promise<number> {
  const users = await findFactorless(tx, role, userId);
  for (const id of users) await beginGeneration(tx, { id });
  await record(...users.map((id) => ({ kind: "access_reset" as const, userId: id, role })));
  return users.length;
}

async function requireBoth(em: EntityManager, { email, role }: NamedHolding): Promise<Holding> {
  const user = await requireUser(em, email);
  const found = isRoleName(role) ? await em.fork().findOne(Role, { name: role }) : null;
  if (found === null) throw new RoleNotFound();
  return { userId: user.id, roleId: found.id };
}
