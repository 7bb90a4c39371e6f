import { BACKUP_COMMANDS } from "./backup/commands.ts";
import { type Command, defineCommand } from "./command.ts";
import { CONFORM_COMMANDS, CONTRACT_COMMANDS, IMPORT_COMMANDS } from "./commands/groups.ts";
import { DATABASE_COMMANDS } from "./database-commands.ts";
import { INSPECTION_COMMANDS } from "./inspection/commands.ts";
import { KEY_COMMANDS } from "./key-commands.ts";

const ASKS = `The password is asked for at the terminal, without echo; where standard input is no terminal, its first line is taken.
It is never an argument: every user of the machine can see the arguments of a program.`;

/**
 * The commands by their names of one or two words, in the order of the help. Each loads its work when it runs: the modules of the database
 * take a quarter of a second, and help needs none. `serve` is not among them: it takes no `--json`, and prints while it runs.
 */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    ...DATABASE_COMMANDS,
    ...BACKUP_COMMANDS,
    "users list": defineCommand({
      summary: "list all users",
      operands: [],
      run: async (call) => (await import("./commands/users.ts")).listUsers(call),
    }),
    "users create": defineCommand({
      summary: "make an account; asks for its password",
      details: `${ASKS}
In a script: printf '%s\\n' "$PASSWORD" | kudos users create ada@example.com
It works while REGISTRATION is closed, too.`,
      operands: ["EMAIL"],
      run: async (call) => (await import("./commands/users.ts")).createUser(call),
    }),
    "users password": defineCommand({
      summary: "give a user a new password, and end all tokens and sessions",
      details: ASKS,
      operands: ["EMAIL"],
      run: async (call) => (await import("./commands/users.ts")).setUserPassword(call),
    }),
    "users deactivate": defineCommand({
      summary: "keep a user out, and end all tokens and sessions",
      details: "It takes effect with the next request to a running server. Harmless when the user is not active.",
      operands: ["EMAIL"],
      run: async (call) => (await import("./commands/users.ts")).deactivateUser(call),
    }),
    "users activate": defineCommand({
      summary: "let a user sign in again",
      details: "Tokens and sessions from before do not work again. Harmless when the user is active.",
      operands: ["EMAIL"],
      run: async (call) => (await import("./commands/users.ts")).activateUser(call),
    }),
    "users reset-access": defineCommand({
      summary: "end all tokens and sessions of a user",
      details: "The password stays. It takes effect with the next request to a running server.",
      operands: ["EMAIL"],
      run: async (call) => (await import("./commands/users.ts")).resetUserAccess(call),
    }),
    "users reset-all-access": defineCommand({
      summary: "end all tokens and sessions of all users",
      details:
        "For a database that pg_restore has put back: it brings back what was ended since. Passwords and factors stay.",
      operands: [],
      run: async (call) => (await import("./commands/users.ts")).resetAllAccess(call),
    }),
    "users remove-factor": defineCommand({
      summary: "take the second factor of a user away, who has lost it and the recovery codes",
      details:
        "Ends all tokens and sessions, too; the password stays. Make sure by another way that it is the owner who asks.",
      operands: ["EMAIL"],
      run: async (call) => (await import("./commands/users.ts")).removeUserFactor(call),
    }),
    "users confirm": defineCommand({
      summary: "let the address of a user count as confirmed",
      details: "Where CONFIRMATION=required the user may sign in from then on. Harmless when the address is confirmed.",
      operands: ["EMAIL"],
      run: async (call) => (await import("./commands/users.ts")).confirmUser(call),
    }),
    "users delete": defineCommand({
      summary: "delete a user, and all that is kept for them",
      details: `Likes, tokens, sessions, roles and all else of the user are gone for good; the counts of likes go down. The audit trail keeps its
events, which name the user by the id alone, as long as all others; the id is given to nobody else. Articles stay: they have an author's
name, and no owner. To keep a user out and the account whole: kudos users deactivate`,
      operands: ["EMAIL"],
      run: async (call) => (await import("./commands/users.ts")).deleteUser(call),
    }),
    ...IMPORT_COMMANDS,
    "roles list": defineCommand({
      summary: "list the roles, what they permit, and how many users hold them",
      details: "Which roles a user holds is part of: kudos users list",
      operands: [],
      run: async (call) => (await import("./commands/roles.ts")).listRoles(call),
    }),
    "roles grant": defineCommand({
      summary: "let a user hold a role",
      details: `It takes effect with the next request to a running server. Harmless when the user holds it. Where the role requires a second
factor, a user who has none is signed out, and sets one up at the next sign-in.`,
      operands: ["EMAIL", "ROLE"],
      run: async (call) => (await import("./commands/roles.ts")).grantUserRole(call),
    }),
    "roles revoke": defineCommand({
      summary: "take a role from a user",
      details: "It takes effect with the next request to a running server. Harmless when the user does not hold it.",
      operands: ["EMAIL", "ROLE"],
      run: async (call) => (await import("./commands/roles.ts")).revokeUserRole(call),
    }),
    "roles require-factor": defineCommand({
      summary: "ask who holds a role for a second factor",
      details:
        "A holder who has none is signed out, and sets one up at the next sign-in; all tokens of that user end, also those of programs.",
      operands: ["ROLE"],
      options: { undo: { type: "boolean", help: "ask no more, but for those who have set one up" } },
      run: async (call) => (await import("./commands/roles.ts")).requireFactor(call),
    }),
    "tokens list": defineCommand({
      summary: "list the tokens of a user that still work, newest first",
      details: `The tokens themselves cannot be shown: the database has only a digest of each. LAST USED is up to a minute late: a running server
writes uses down from time to time.`,
      operands: ["EMAIL"],
      run: async (call) => (await import("./commands/tokens.ts")).listUserTokens(call),
    }),
    "tokens revoke": defineCommand({
      summary: "end one token of a user",
      details:
        "TOKEN_ID may be the token itself, if that is what you have. It takes effect with the next request to a running server. To end all of\nthem: kudos users reset-access",
      operands: ["EMAIL", "TOKEN_ID"],
      run: async (call) => (await import("./commands/tokens.ts")).revokeUserToken(call),
    }),
    ...INSPECTION_COMMANDS,
    ...KEY_COMMANDS,
    ...CONFORM_COMMANDS,
    ...CONTRACT_COMMANDS,
  }),
);

/** The commands of a group, which is the first word of their names, with these names; empty for an unknown group. */
export function commandsOf(group: string): [string, Command][] {
  return [...COMMANDS].filter(([name]) => name.startsWith(`${group} `));
}
