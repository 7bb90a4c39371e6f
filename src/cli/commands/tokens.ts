import { requireUser } from "../../domain/accounts/accounts.ts";
import { listCredentials } from "../../domain/credentials/authenticate.ts";
import { revokeCredential } from "../../domain/credentials/revoke.ts";
import { parseCredential } from "../../domain/credentials/text.ts";
import { listFamilies } from "../../domain/refresh-tokens/families.ts";
import type { Call, Output } from "../command.ts";
import { withDatabase } from "../open-database.ts";
import { formatTable } from "../terminal/table.ts";

/** `kudos tokens list`: see commands.ts. */
export function listUserTokens({ operands: [email], settings }: Call<readonly ["EMAIL"]>): Promise<Output> {
  return withDatabase(settings, async ({ em, occasion: { now } }) => {
    const { id: userId } = await requireUser(em, email);
    const { lifetimes } = settings;
    const { refreshIdleMs } = lifetimes;
    const families = await listFamilies(em, { userId, now, refreshIdleMs });
    const tokens = await listCredentials(em, "token", { userId, now, lifetimes });
    const all = [...families.map((family) => ({ ...family, tokenKind: "refresh" as const })), ...tokens];
    const items = all.map(({ id, tokenKind, name, createdAt, lastUsedAt, expiresAt, scopes }) => ({
      id,
      kind: tokenKind ?? "access",
      name,
      created_at: createdAt.toISOString(),
      last_used_at: lastUsedAt?.toISOString() ?? null,
      expires_at: expiresAt.toISOString(),
      scopes,
    }));
    const rows = items.map(({ id, kind, name, created_at, last_used_at, expires_at, scopes }) => [
      id,
      kind,
      name,
      created_at,
      last_used_at ?? "never",
      expires_at,
      scopes === null ? "all" : scopes.join(", "),
    ]);
    return {
      json: { items },
      text: formatTable(["ID", "KIND", "NAME", "CREATED", "LAST USED", "EXPIRES", "SCOPES"], rows),
    };
  });
}

/** `kudos tokens revoke`: see commands.ts. */
export function revokeUserToken({
  operands: [email, given],
  settings,
}: Call<readonly ["EMAIL", "TOKEN_ID"]>): Promise<Output> {
  // A token that has leaked may be all that is known of it: the token itself will do.
  const id = parseCredential("token", given)?.id ?? given;
  return withDatabase(settings, async ({ em, occasion }) => {
    const { id: userId } = await requireUser(em, email);
    await revokeCredential(em, "token", { userId, id }, occasion);
    return { json: { id }, text: `The token ${id} has ended.` };
  });
}
