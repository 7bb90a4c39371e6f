import { resolve } from "node:path";
import { importAccounts } from "../../domain/accounts/import-accounts.ts";
import { readFlaskSecurityUsers } from "../../storage/sqlite/flask-security.ts";
import { type Call, type Output, UsageFault } from "../command.ts";
import { withDatabase } from "../open-database.ts";
import { printable } from "../table.ts";
import { SALT_HINT } from "./user-output.ts";

const REASONS = { taken: "has an account here", unusable: "is no address that an account can have" } as const;

/** `kudos users import`: see commands.ts. */
export async function importUsers({ operands: [file], options, settings }: Call<readonly ["FILE"]>): Promise<Output> {
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
}
