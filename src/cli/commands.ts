import { BACKUP_COMMANDS } from "./backup/commands.ts";
import { type Command, defineCommand } from "./command.ts";
import { CONFORM_COMMANDS, CONTRACT_COMMANDS } from "./commands/groups.ts";
import { SALT_HINT } from "./commands/user-output.ts";
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
    "users import": defineCommand({
      summary: "take over the users of another system, with their passwords",
      details: `Reads the tables user, role and roles_users of a Flask-Security database, and writes nothing to it. FILE is a SQLite file, or a URL:
postgresql://user@host:5432/database or mysql://user@host:3306/database (MariaDB, too); SQLALCHEMY_DATABASE_URI will do. Every user
of the machine can see an argument: leave its password out, and set PGPASSWORD or MYSQL_PWD. All of its users come or none; a user with
an account here is skipped and named, so that it can be run again. bcrypt and argon2 hashes are taken over, and become
scrypt when their users first sign in. A user with a damaged hash, or one of another scheme, comes without a password.
${SALT_HINT}
An authenticator comes along as the second factor, with its recovery codes, where FLASK_SECURITY_TOTP_SECRETS has what encrypts its secret
there (SECURITY_TOTP_SECRETS, as JSON). A user with any other second factor stays out and is named, since the password alone would open the
account here; so does one whose address was never confirmed, if anybody's was. What is known of a user besides (username, dates, telephone
numbers, passkeys) is left out, and named by its column; sessions and tokens of that system do not work here.
Roles come by name. A role that is new here permits what it did there, as far as that is a scope here; one that is here stays as it is. A
role whose name no role can have here is named and left out.`,
      operands: ["FILE"],
      options: {
        from: { type: "string", value: "flask-security", help: "the system that the file comes from", required: true },
        "single-hash": {
          type: "boolean",
          help: "its passwords were hashed without the salt (SECURITY_PASSWORD_SINGLE_HASH)",
        },
        unconfirmed: { type: "boolean", help: "users whose address was never confirmed come, too" },
      },
      run: async (call) => (await import("./commands/user-import.ts")).importUsers(call),
    }),
    "roles list": defineCommand({
      summary: "list the roles, what they permit, and how many users hold them",
      details: "Which roles a user holds is part of: kudos users list",
      operands: [],
      run: async (call) => (await import("./commands/roles.ts")).listRoles(call),
    }),
    "roles grant": defineCommand({
      summary: "let a user hold a role",
      details: "It takes effect with the next request to a running server. Harmless when the user holds it.",
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
      details: "From the next sign-in on; who has none sets one up then. Tokens and sessions that there are stay.",
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
