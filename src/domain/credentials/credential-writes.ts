import type { CredentialKind, Principal } from "../principal.ts";
import { type Queryable, runStatement } from "../query.ts";
import { type AuthenticationMethod, areTwoFactors, formatAmr } from "./authentication-method.ts";
import { TABLES } from "./credential-repository.ts";

type Credential = Principal["credential"];

/**
 * Deletes credentials of one user: one by its id, or all of a kind. A deleted row cannot be taken for valid by any
 * query, and no secret outlives its use.
 *
 * @returns the ids of those that were there
 */
export async function deleteCredentials(
  tx: Queryable,
  kind: CredentialKind,
  { userId, id }: { userId: number; id?: string | undefined },
): Promise<string[]> {
  const rows = await runStatement<{ id: string }>(
    tx,
    `delete from "${TABLES[kind]}" where user_id = ?${id === undefined ? "" : " and id = ?"} returning id`,
    id === undefined ? [userId] : [userId, id],
  );
  return rows.map((row) => row.id);
}

/** Deletes the expired credentials of a user. */
export async function deleteExpired(
  tx: Queryable,
  kind: CredentialKind,
  { userId, now }: { userId: number; now: Date },
): Promise<void> {
  await runStatement(tx, `delete from "${TABLES[kind]}" where user_id = ? and expires_at <= ?`, [userId, now]);
}

/** The order of credentials in which the first are kept: personal tokens, which need not be used, then those used last. */
const KEPT_FIRST: Readonly<Record<CredentialKind, string>> = {
  token: "case when kind = 'personal' then 0 else 1 end, coalesce(last_used_at, created_at) desc, id",
  session: "coalesce(last_used_at, created_at) desc, id",
};

/** Deletes all credentials of a user but the `keep` that were used last; the ids of the deleted ones. */
export async function deleteLongestUnused(
  tx: Queryable,
  kind: CredentialKind,
  { userId, keep }: { userId: number; keep: number },
): Promise<string[]> {
  const table = TABLES[kind];
  const rows = await runStatement<{ id: string }>(
    tx,
    `delete from "${table}" where user_id = ? and id in ` +
      `(select id from "${table}" where user_id = ? order by ${KEPT_FIRST[kind]} limit -1 offset ?) ` +
      "returning id",
    [userId, userId, keep],
  );
  return rows.map((row) => row.id);
}

/**
 * Deletes all tokens and sessions of a user but the kept ones. A kept token whose parent is not kept loses its parent.
 */
export async function deleteAllBut(tx: Queryable, userId: number, kept: readonly Credential[]): Promise<void> {
  const tokens = idsOf("token", kept);
  for (const kind of ["token", "session"] as const) {
    const parents = idsOf(kind, kept);
    await runStatement(
      tx,
      `update "access_token" set parent_${kind}_id = null where id in (${marks(tokens)}) ` +
        `and parent_${kind}_id not in (${marks(parents)})`,
      [...tokens, ...parents],
    );
  }
  for (const kind of ["token", "session"] as const) {
    const ids = idsOf(kind, kept);
    await runStatement(tx, `delete from "${TABLES[kind]}" where user_id = ? and id not in (${marks(ids)})`, [
      userId,
      ...ids,
    ]);
  }
}

/**
 * The digest of a credential that was valid in the generation before its user's current one, and the current
 * generation; undefined when there is none.
 */
export async function findRenewable(
  tx: Queryable,
  userId: number,
  { kind, id }: Credential,
): Promise<{ digest: string; generation: number } | undefined> {
  const [row] = await runStatement<{ digest: string; generation: number }>(
    tx,
    `select c.digest, u.generation from "${TABLES[kind]}" c join "user" u on u.id = c.user_id where c.id = ? and u.id = ? ` +
      "and (c.generation = u.generation - 1 or c.renewal like (u.generation - 1) || '.%')",
    [id, userId],
  );
  return row;
}

/** Stores the renewal of a credential. */
export async function storeRenewal(tx: Queryable, { kind, id }: Credential, renewal: string): Promise<void> {
  await runStatement(tx, `update "${TABLES[kind]}" set renewal = ? where id = ?`, [renewal, id]);
}

/** Stores when and how the user last authenticated with a credential in hand. */
export async function storeAuthentication(
  tx: Queryable,
  { userId, credential: { kind, id } }: Pick<Principal, "userId" | "credential">,
  { at, methods }: { at: Date; methods: readonly AuthenticationMethod[] },
): Promise<void> {
  const [two, amr] = [areTwoFactors(methods), formatAmr(methods)];
  // A weaker proof adds to what the credential began with, and takes nothing of it.
  await runStatement(
    tx,
    `update "${TABLES[kind]}" set authenticated_at = ?${two ? ", factor_at = ?, amr = ?" : ""} where id = ? and user_id = ?`,
    [at, ...(two ? [at, amr] : []), id, userId],
  );
}

function idsOf(kind: CredentialKind, credentials: readonly Credential[]): string[] {
  return credentials.filter((credential) => credential.kind === kind).map(({ id }) => id);
}

/** As many `?` as there are values, separated by commas. */
export function marks(values: readonly unknown[]): string {
  return values.map(() => "?").join(", ");
}
