import type { Command } from "./command.ts";
import { migrateDatabase, seedDatabase } from "./commands/database.ts";
import { rotateKeys } from "./commands/keys.ts";
import { grantUserRole, listRoles, revokeUserRole } from "./commands/roles.ts";
import { listUserTokens, revokeUserToken } from "./commands/tokens.ts";
import { importUsers } from "./commands/user-import.ts";
import {
  activateUser,
  createUser,
  deactivateUser,
  listUsers,
  resetUserAccess,
  setUserPassword,
} from "./commands/users.ts";

/** Every command but `serve`, by the one or two words that call it, in the order of the help. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ["migrate", migrateDatabase],
  ["seed", seedDatabase],
  ["users list", listUsers],
  ["users create", createUser],
  ["users password", setUserPassword],
  ["users deactivate", deactivateUser],
  ["users activate", activateUser],
  ["users reset-access", resetUserAccess],
  ["users import", importUsers],
  ["roles list", listRoles],
  ["roles grant", grantUserRole],
  ["roles revoke", revokeUserRole],
  ["tokens list", listUserTokens],
  ["tokens revoke", revokeUserToken],
  ["keys rotate", rotateKeys],
]);

/** The commands that share a first word, by their names; empty when there are none. */
export function commandsOf(group: string): [string, Command][] {
  return [...COMMANDS].filter(([name]) => name.startsWith(`${group} `));
}
