import type { EntityManager } from "@mikro-orm/core";
import { requireUser } from "../../domain/accounts/accounts.ts";
import { grantRole, revokeRole, setRoleRequiresFactor } from "../../domain/accounts/roles.ts";
import * as repository from "../../domain/users/role-repository.ts";
import { viewUser } from "../../domain/users/user-repository.ts";
import type { Call, Output } from "../command.ts";
import { withDatabase } from "../open-database.ts";
import { formatTable, printable } from "../terminal/table.ts";
import { userOutput } from "./user-output.ts";

/** `kudos roles list`: see commands.ts. */
export function listRoles({ settings }: Call): Promise<Output> {
  return withDatabase(settings, async ({ em }) => {
    const roles = await repository.listRoles(em);
    const cells = roles.map(({ name, permissions, requiresFactor, users }) => [
      ...[name, permissions.join(", "), requiresFactor ? "yes" : "no", String(users)],
    ]);
    const items = roles.map(({ requiresFactor, ...role }) => ({ ...role, requires_factor: requiresFactor }));
    return { json: { items }, text: formatTable(["ROLE", "PERMISSIONS", "FACTOR", "USERS"], cells) };
  });
}

/** `kudos roles grant`: see commands.ts. */
export function grantUserRole({
  operands: [email, role],
  settings,
}: Call<readonly ["EMAIL", "ROLE"]>): Promise<Output> {
  return withDatabase(settings, async ({ em, occasion }) => {
    await grantRole(em, { email, role }, occasion);
    return tellRoles(em, email);
  });
}

/** `kudos roles revoke`: see commands.ts. */
export function revokeUserRole({
  operands: [email, role],
  settings,
}: Call<readonly ["EMAIL", "ROLE"]>): Promise<Output> {
  return withDatabase(settings, async ({ em, occasion }) => {
    await revokeRole(em, { email, role }, occasion);
    return tellRoles(em, email);
  });
}

/** `kudos roles require-factor`: see commands.ts. */
export function requireFactor({ operands: [role], options, settings }: Call<readonly ["ROLE"]>): Promise<Output> {
  return withDatabase(settings, async ({ em, occasion }) => {
    const requires = options.undo !== true;
    const ended = await setRoleRequiresFactor(em, { role, requires }, occasion);
    const needs = requires ? "a second factor to sign in" : "no second factor";
    const people = ended === 1 ? "1 user without one is" : `${ended} users without one are`;
    const text = `Who holds the role ${role} needs ${needs}.${ended > 0 ? ` ${people} signed out.` : ""}`;
    return { json: { name: role, requires_factor: requires, users_signed_out: ended }, text: printable(text) };
  });
}

/** The user as it is now, and for people the roles that it holds. */
async function tellRoles(em: EntityManager, email: string): Promise<Output> {
  const { id } = await requireUser(em, email);
  const user = userOutput(await viewUser(em, id));
  const { roles } = user;
  const held = roles.length === 0 ? "no role" : `the role${roles.length === 1 ? "" : "s"} ${roles.join(", ")}`;
  return { json: user, text: printable(`${user.email} holds ${held}.`) };
}
