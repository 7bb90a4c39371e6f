import type { CredentialKind, Principal } from "../principal.ts";
import { ALL, marks, type Queryable, runStatement } from "../query.ts";
import { type AuthenticationMethod, areTwoFactors, formatAmr } from "./authentication-method.ts";
import { deleteFamilies, TABLES } from "./credential-repository.ts";

type Credential = Principal["credential"];

/**
 * Deletes credentials of one user: one by its id, or all of a kind. A deleted row cannot be taken for valid by any
 * query, and no secret outlives its use. With a token goes the family of refresh tokens that it is of, and all tokens of
 * that; the id may be that of a family.
 *
 * @returns the ids of those that were there, and of the tokens that were made with them, which are gone as well
 */
export async function deleteCredentials(
  tx: Queryable,
  kind: CredentialKind,
  { userId, id }: { userId: number; id?: string | undefined },
): Promise<{ readonly ids: string[]; readonly tokens: string[] }> {
  const families = kind === "token" ? await deleteFamilies(tx, { userId, id }) : [];
  const tokens = await findMadeWith(tx, kind, { userId, id });
  const rows = await runStatement<{ id: string }>(
    tx,
    `delete from "${TABLES[kind]}" where user_id = ?${id === undefined ? "" : " and id = ?"} returning id`,
    id === undefined ? [userId] : [userId, id],
  );
  const ids = [...rows.map((row) => row.id), ...families];
  return { ids, tokens: tokens.filter((token) => kind === "session" || !ids.includes(token)) };
}

/** The ids of the tokens that a user has made with a credential, or with any of a kind. */
async function findMadeWith(
  tx: Queryable,
  kind: CredentialKind,
  { userId, id }: { userId: number; id?: string | undefined },
): Promise<string[]> {
  const rows = await runStatement<{ id: string }>(
    tx,
    `select id from "access_token" where user_id = ? and parent_${kind}_id ${id === undefined ? "is not null" : "= ?"}`,
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

/**
 * Deletes all credentials of a user but the `keep` that were used last.
 *
 * @param spare a family of refresh tokens whose tokens stay in any case
 * @returns the id of each deleted one, and of the tokens that were made with it, which are gone as well
 */
export async function deleteLongestUnused(
  tx: Queryable,
  kind: CredentialKind,
  { userId, keep, spare }: { userId: number; keep: number; spare?: string | undefined },
): Promise<{ readonly id: string; readonly tokens: string[] }[]> {
  const but = kind === "token" && spare !== undefined ? " and (family_id is null or family_id <> ?)" : "";
  const rows = await runStatement<{ id: string }>(
    tx,
    `select id from "${TABLES[kind]}" where user_id = ?${but} order by ${KEPT_FIRST[kind]} limit ${ALL} offset ?`,
    [userId, ...(but === "" ? [] : [spare ?? ""]), keep],
  );
  const deleted: { id: string; tokens: string[] }[] = [];
  for (const { id } of rows) {
    const { ids, tokens } = await deleteCredentials(tx, kind, { userId, id });
    deleted.push(...ids.map((one) => ({ id: one, tokens: one === id ? tokens : [] })));
  }
  return deleted;
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
  // A family of refresh tokens is kept by none: a kept token goes on without it, for as long as it lives.
  if (tokens.length > 0) {
    await runStatement(tx, `update "access_token" set family_id = null where id in (${marks(tokens)})`, tokens);
  }
  await runStatement(tx, 'delete from "refresh_family" where user_id = ?', [userId]);
  for (const kind of ["token", "session"] as const) {
    const ids = idsOf(kind, kept);
    await runStatement(tx, `delete from "${TABLES[kind]}" where user_id = ? and id not in (${marks(ids)})`, [
      userId,
      ...ids,
    ]);
  }
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
