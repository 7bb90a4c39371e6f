import { requireUser } from "../../domain/accounts/accounts.ts";
import { listCredentials } from "../../domain/credentials/authenticate.ts";
import { revokeCredential } from "../../domain/credentials/revoke.ts";
import { defineCommand } from "../command.ts";
import { withDatabase } from "../open-database.ts";
import { formatTable } from "../table.ts";

export const listUserTokens = defineCommand({
  summary: "list the tokens of a user that still work, newest first",
  details: "A token itself cannot be shown: nobody but its owner has it.",
  operands: ["EMAIL"],
  run: ({ operands: [email], settings }) =>
    withDatabase(settings, async ({ em, occasion: { now } }) => {
      const { id: userId } = await requireUser(em, email);
      const { lifetimes } = settings;
      const tokens = await listCredentials(em, "token", { userId, now, lifetimes });
      const items = tokens.map(({ id, name, createdAt, lastUsedAt, expiresAt, scopes }) => ({
        id,
        name,
        created_at: createdAt.toISOString(),
        last_used_at: lastUsedAt?.toISOString() ?? null,
        expires_at: expiresAt.toISOString(),
        scopes,
      }));
      const rows = items.map(({ id, name, created_at, last_used_at, expires_at, scopes }) => [
        id,
        name,
        created_at,
        last_used_at ?? "never",
        expires_at,
        scopes === null ? "all" : scopes.join(", "),
      ]);
      return { json: { items }, text: formatTable(["ID", "NAME", "CREATED", "LAST USED", "EXPIRES", "SCOPES"], rows) };
    }),
});

export const revokeUserToken = defineCommand({
  summary: "end one token of a user",
  details: "It takes effect with the next request to a running server. To end all of them: kudos users reset-access",
  operands: ["EMAIL", "TOKEN_ID"],
  run: ({ operands: [email, id], settings }) =>
    withDatabase(settings, async ({ em, occasion }) => {
      const { id: userId } = await requireUser(em, email);
      await revokeCredential(em, "token", { userId, id }, occasion);
      return { json: { id }, text: `The token ${id} has ended.` };
    }),
});
