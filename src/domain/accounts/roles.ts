import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { RoleNotFound } from "../users/errors.ts";
import { isRoleName, Role } from "../users/role.ts";
import { addHolding, type Holding, removeHolding } from "../users/role-repository.ts";
import { requireUser } from "./accounts.ts";

/** A user, by an address in any spelling, and a role, by its name. */
interface NamedHolding {
  readonly email: string;
  readonly role: string;
}

/**
 * Lets a user hold a role, from the next request on; harmless when the user holds it.
 *
 * @throws {UserNotFound}
 * @throws {RoleNotFound}
 */
export async function grantRole(em: EntityManager, { email, role }: NamedHolding, occasion: Occasion): Promise<void> {
  const holding = await requireBoth(em, { email, role });
  await recorded(em, occasion, async (tx, record) => {
    if (await addHolding(tx, holding)) await record({ kind: "role_granted", userId: holding.userId, role });
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
 * Says whether who holds a role needs a second factor, from the next sign-in on: tokens and sessions that there are stay. Harmless when
 * that is so already.
 *
 * @throws {RoleNotFound}
 */
export async function setRoleRequiresFactor(
  em: EntityManager,
  { role, requires }: { readonly role: string; readonly requires: boolean },
  occasion: Occasion,
): Promise<void> {
  if (!isRoleName(role) || (await em.fork().count(Role, { name: role })) === 0) throw new RoleNotFound();
  await recorded(em, occasion, async (tx, record) => {
    const other = { name: role, requiresFactor: !requires };
    if ((await tx.nativeUpdate(Role, other, { requiresFactor: requires })) === 0) return;
    await record({ kind: requires ? "role_factor_required" : "role_factor_lifted", userId: null, role });
  });
}

async function requireBoth(em: EntityManager, { email, role }: NamedHolding): Promise<Holding> {
  const user = await requireUser(em, email);
  const found = isRoleName(role) ? await em.fork().findOne(Role, { name: role }) : null;
  if (found === null) throw new RoleNotFound();
  return { userId: user.id, roleId: found.id };
}
