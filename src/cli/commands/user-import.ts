import { resolve } from "node:path";
import { importAccounts } from "../../domain/accounts/import-accounts.ts";
import { readFlaskSecurityUsers } from "../../storage/sqlite/flask-security.ts";
import { defineCommand, UsageFault } from "../command.ts";
import { withDatabase } from "../open-database.ts";
import { printable } from "../table.ts";

const REASONS = {
  taken: "has an account here",
  unusable: "is no address that an account can have",
  second_factor: "has a second factor, which cannot be taken over yet; the password alone must not do",
  unconfirmed: "has never been confirmed; with --unconfirmed such users come, too",
} as const;

const SALT_HINT = `Their old passwords are right while the server runs with FLASK_SECURITY_PASSWORD_SALT, that system's SECURITY_PASSWORD_SALT.
Restart a running server.`;

export const importUsers = defineCommand({
  summary: "take over the users of another system, with their passwords",
  details: `Reads the tables user, role and roles_users of a Flask-Security database (SQLite), and writes nothing to it. All of its users come
or none; a user with an account here is skipped and named, so that it can be run again. bcrypt and argon2 hashes are taken over, and become
scrypt when their users first sign in. A user with a damaged hash, or one of another scheme, comes without a password.
${SALT_HINT}
A user with a second factor stays out and is named, since the password alone would open the account here; so does one whose address was
never confirmed, if anybody's was. What is known of a user besides (username, dates, telephone numbers, passkeys) is left out, and named by
its column; sessions and tokens of that system do not work here.
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
  async run({ operands: [file], options, settings }) {
    if (options.from !== "flask-security") throw new UsageFault("users can be imported --from flask-security only");
    const accounts = await readFlaskSecurityUsers(resolve(file));
    const rules = { signed: options["single-hash"] !== true, unconfirmed: options.unconfirmed === true };
    const result = await withDatabase(settings, ({ em, occasion }) => importAccounts(em, accounts, rules, occasion));
    const { imported, withoutPassword, needSalt, skipped, skippedRoles, dropped } = result;
    const lines = [
      `${imported} imported, ${skipped.length} skipped.`,
      ...skipped.map(({ email, reason }) => `  skipped: ${printable(email || "(no address)")} ${REASONS[reason]}`),
      ...skippedRoles.map(
        ({ email, role }) =>
          `  skipped: the role ${printable(role || "(no name)")} of ${printable(email)} has a name that no role can have`,
      ),
      ...withoutPassword.map((email) => `  without password: ${printable(email)}; kudos users password gives one`),
      ...dropped.map(
        ({ name, users }) => `  left out: ${printable(name)} of ${users === 1 ? "1 user" : `${users} users`}`,
      ),
      ...(needSalt > 0 ? [saltLine(needSalt, settings.flaskSecuritySalt !== undefined)] : []),
    ];
    return {
      json: {
        imported,
        without_password: withoutPassword,
        need_salt: needSalt,
        skipped,
        skipped_roles: skippedRoles,
        dropped,
      },
      text: lines.join("\n"),
    };
  },
});

function saltLine(passwords: number, hasSalt: boolean): string {
  const count = passwords === 1 ? "1 signed password." : `${passwords} signed passwords.`;
  return `${count} ${hasSalt ? "" : "FLASK_SECURITY_PASSWORD_SALT is not set here. "}${SALT_HINT}`;
}
