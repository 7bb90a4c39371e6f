import type { EntityManager } from "@mikro-orm/core";
import { runStatement } from "../query.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { credentialTable } from "./credential-table.ts";

/** How many tokens and sessions would still be good if the key that signed them were among these. */
export async function countUnverifiable(em: EntityManager, keys: SecretKeys, now: Date): Promise<number> {
  const signedElsewhere = (table: string) =>
    `select count(*) from "${table}" where expires_at > ? and key_id not in (${keys.map(() => "?").join(", ")})`;
  const parameters = [now, ...keys.map(({ id }) => id)];
  const [row] = await runStatement<{ total: number }>(
    em,
    `select (${signedElsewhere(credentialTable("token"))}) + (${signedElsewhere(credentialTable("session"))}) as total`,
    [...parameters, ...parameters],
  );
  return row?.total ?? 0;
}
