import type { Command } from "./command.ts";
import { migrateDatabase, seedDatabase } from "./commands/database.ts";
import { createKey, rotateKeys } from "./commands/keys.ts";
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

/**
 * The commands by their names of one or two words, in the order of the help. `serve` is not among them: it loads the modules of a server,
 * takes no `--json`, and prints while it runs.
 */
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
  ["keys create", createKey],
  ["keys rotate", rotateKeys],
]);

/** The commands of a group, which is the first word of their names, with these names; empty for an unknown group. */
export function commandsOf(group: string): [string, Command][] {
  return [...COMMANDS].filter(([name]) => name.startsWith(`${group} `));
}
