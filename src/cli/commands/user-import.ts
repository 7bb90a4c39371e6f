import { resolve } from "node:path";
import { importAccounts } from "../../domain/accounts/import-accounts.ts";
import { isServer, readFlaskSecurityUsers } from "../../storage/foreign/flask-security.ts";
import { type Call, type Output, UsageFault } from "../command.ts";
import { withDatabase } from "../open-database.ts";
import { printable } from "../terminal/table.ts";
import { SALT_HINT } from "./user-output.ts";

const REASONS = {
  taken: "has an account here",
  unusable: "is no address that an account can have",
  second_factor:
    "has a second factor that cannot be taken over: only an authenticator can, by FLASK_SECURITY_TOTP_SECRETS",
  unconfirmed: "has never been confirmed; with --unconfirmed such users come, too",
} as const;

/** `kudos users import`: see commands.ts. */
export async function importUsers({ operands: [file], options, settings }: Call<readonly ["FILE"]>): Promise<Output> {
  if (options.from !== "flask-security") throw new UsageFault("users can be imported --from flask-security only");
  const accounts = await readFlaskSecurityUsers(isServer(file) ? file : resolve(file));
  const rules = { signed: options["single-hash"] !== true, unconfirmed: options.unconfirmed === true };
  const { flaskSecurityTotpSecrets: totpSecrets } = settings;
  const result = await withDatabase(settings, async ({ em, keys, occasion }) =>
    importAccounts(em, accounts, { ...rules, totpSecrets, keys: await keys() }, occasion),
  );
  const { imported, withoutPassword, needSalt, skipped, skippedRoles, skippedUsernames, dropped } = result;
  const lines = [
    `${imported} imported, ${skipped.length} skipped.`,
    ...skipped.map(({ email, reason }) => `  skipped: ${printable(email || "(no address)")} ${REASONS[reason]}`),
    ...skippedRoles.map(
      ({ email, role }) =>
        `  skipped: the role ${printable(role || "(no name)")} of ${printable(email)} has a name that no role can have`,
    ),
    ...skippedUsernames.map(
      ({ email, username }) =>
        `  skipped: the user name ${printable(username)} of ${printable(email)}, who signs in by the address: an account here has that name, or it has a space or an @ in it, or more than 64 characters`,
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
      skipped_usernames: skippedUsernames,
      dropped,
    },
    text: lines.join("\n"),
  };
}

function saltLine(passwords: number, hasSalt: boolean): string {
  const count = passwords === 1 ? "1 signed password." : `${passwords} signed passwords.`;
  return `${count} ${hasSalt ? "" : "FLASK_SECURITY_PASSWORD_SALT is not set here. "}${SALT_HINT}`;
}
