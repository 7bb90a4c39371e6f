import { resolve } from "node:path";
import { importAccounts } from "../../domain/accounts/import-accounts.ts";
import { readFlaskSecurityUsers } from "../../storage/sqlite/flask-security.ts";
import { defineCommand, UsageFault } from "../command.ts";
import { withDatabase } from "../open-database.ts";
import { printable } from "../table.ts";

const REASONS = { taken: "has an account here", unusable: "is no address that an account can have" } as const;

const SALT_HINT = `Their old passwords are right while the server runs with FLASK_SECURITY_PASSWORD_SALT, that system's SECURITY_PASSWORD_SALT.
Restart a running server.`;

export const importUsers = defineCommand({
  summary: "take over the users of another system, with their passwords",
  details: `Reads the tables user, role and roles_users of a Flask-Security database (SQLite), and writes nothing to it. All of its users come
or none; those who have an account here stay as they are, so that it can be run again. bcrypt and argon2 hashes are taken over, and
become scrypt when their users sign in.
${SALT_HINT}
Roles come by name. A role that is new here may do what it could there, as far as it is a scope here; others are as they are here.`,
  operands: ["FILE"],
  options: {
    from: { type: "string", value: "flask-security", help: "the system that the file is of", required: true },
    "single-hash": {
      type: "boolean",
      help: "its passwords were hashed without the salt (SECURITY_PASSWORD_SINGLE_HASH)",
    },
  },
  async run({ operands: [file], options, settings }) {
    if (options.from !== "flask-security") throw new UsageFault("users can be imported --from flask-security only");
    const accounts = await readFlaskSecurityUsers(resolve(file));
    const signed = options["single-hash"] !== true;
    const { imported, withoutPassword, skipped, skippedRoles } = await withDatabase(settings, ({ em, occasion }) =>
      importAccounts(em, accounts, { signed }, occasion),
    );
    const lines = [
      `${imported} imported, ${skipped.length} skipped.`,
      ...skipped.map(({ email, reason }) => `  skipped: ${printable(email || "(no address)")} ${REASONS[reason]}`),
      ...skippedRoles.map(
        ({ email, role }) =>
          `  skipped: the role ${printable(role || "(no name)")} of ${printable(email)} has a name that no role can have`,
      ),
      ...withoutPassword.map((email) => `  without password: ${printable(email)}; kudos users password gives one`),
      ...(imported > 0 && signed ? [SALT_HINT] : []),
    ];
    return {
      json: { imported, without_password: withoutPassword, skipped, skipped_roles: skippedRoles },
      text: lines.join("\n"),
    };
  },
});
