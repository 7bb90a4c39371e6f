import { insertRows, type Parameter, type Queryable, runStatement, timestamp } from "../query.ts";
import type { AuditEvent, EventKind } from "./event.ts";

/** A change of what principals are made of; see `PrincipalChange`. */
export interface ChangeOfPrincipals {
  readonly id: number;
  readonly at: Date;
  readonly userId: number | null;
  readonly credential: string | null;
  readonly ends: boolean;
}

/** What an event does to principals that are known elsewhere: it ends one credential, ends all access so far, or changes the principals. */
type Effect = "ends-credential" | "ends-access" | "changes" | "none";

/** The effect of each kind of event. The compiler asks for that of a new kind. */
const EFFECTS: Readonly<Record<EventKind, Effect>> = {
  registered: "none",
  login: "none",
  login_failed: "none",
  guessing_blocked: "none",
  logout: "ends-credential",
  token_created: "none",
  personal_token_created: "none",
  // Each token of the family has an event of its own.
  refresh_reused: "none",
  token_revoked: "ends-credential",
  session_revoked: "ends-credential",
  access_reset: "ends-access",
  password_changed: "ends-access",
  password_upgraded: "none",
  verified: "changes",
  verify_failed: "none",
  factor_added: "ends-access",
  factor_removed: "ends-access",
  factor_failed: "none",
  recovery_codes_made: "none",
  recovery_code_used: "none",
  role_granted: "changes",
  role_revoked: "ends-access",
  // A role is asked about factors at the next sign-in: principals that there are stay as they are.
  role_factor_required: "none",
  role_factor_lifted: "none",
  activated: "changes",
  deactivated: "ends-access",
  passkey_added: "ends-access",
  passkey_removed: "ends-access",
  confirmed: "changes",
  password_reset: "ends-access",
  email_changed: "ends-access",
  email_restored: "ends-access",
  account_deleted: "ends-access",
  jwt_revoked: "ends-credential",
};

/** An event, with the ids of the tokens that have ended together with its credential. */
type EventWithTokens = AuditEvent & { readonly tokens?: readonly string[] | undefined };

/**
 * Stores what events do to principals, in the transaction of the events: whoever reads the log after the commit knows of it. Each
 * credential that ends has an entry of its own, also a token that ends with the credential that it was made with.
 *
 * @returns the users whose principals have changed by them; null for those of anybody
 */
export async function logPrincipalChanges(
  tx: Queryable,
  events: readonly EventWithTokens[],
): Promise<readonly number[] | null> {
  const changes = events.flatMap(({ at, kind, userId, credential, tokens = [] }): Parameter[][] => {
    const effect = EFFECTS[kind];
    if (effect === "none") return [];
    if (effect !== "ends-credential") return [[at, userId, null, effect === "ends-access"]];
    return [credential, ...tokens.map((id) => `token:${id}`)].map((ended) => [at, userId, ended, true]);
  });
  if (changes.length === 0) return [];
  await insertRows(tx, { into: '"principal_change" (at, user_id, credential, ends)', ending: "" }, changes);
  const users = events.filter(({ kind }) => EFFECTS[kind] !== "none").map(({ userId }) => userId);
  return users.every((userId) => userId !== null) ? [...new Set(users)] : null;
}

/** The id of the newest change; 0 before the first. */
export async function newestPrincipalChange(db: Queryable): Promise<number> {
  const [row] = await runStatement<{ newest: number | null }>(
    db,
    'select max(id) as newest from "principal_change"',
    [],
  );
  return row?.newest ?? 0;
}

/** The columns of a change, as a database gives them. */
interface ChangeRow {
  readonly id: number;
  readonly at: number | string | Date;
  readonly user_id: number | null;
  readonly credential: string | null;
  readonly ends: number | boolean;
}

const COLUMNS = "id, at, user_id, credential, ends";

/** The changes after one, oldest first; all of them, or those alone that have ended access. */
export async function findPrincipalChanges(
  db: Queryable,
  { after, limit, endings = false }: { after: number; limit: number; endings?: boolean },
): Promise<ChangeOfPrincipals[]> {
  const rows = await runStatement<ChangeRow>(
    db,
    `select ${COLUMNS} from "principal_change" where id > ?${endings ? " and ends = ?" : ""} order by id limit ?`,
    [after, ...(endings ? [true] : []), limit],
  );
  return rows.map(changeOf);
}

/** The entries after one by which a credential of a user, or all access of the user, has ended. */
export async function findEndings(
  db: Queryable,
  { after, userId, credentials }: { after: number; userId: number; credentials: readonly string[] },
): Promise<ChangeOfPrincipals[]> {
  const rows = await runStatement<ChangeRow>(
    db,
    `select ${COLUMNS} from "principal_change" where id > ? and ends = ? and (credential in ` +
      `(${credentials.map(() => "?").join(", ")}) or (credential is null and (user_id = ? or user_id is null))) order by id`,
    [after, true, ...credentials, userId],
  );
  return rows.map(changeOf);
}

/** The id of the newest change that is older than a time; 0 when there is none. */
export async function lastChangeBefore(db: Queryable, time: Date): Promise<number> {
  // Ids rise with time, so that the first row that is looked at from the end is near.
  const [row] = await runStatement<{ id: number }>(
    db,
    'select id from "principal_change" where at < ? order by id desc limit 1',
    [time],
  );
  return row?.id ?? 0;
}

function changeOf({ id, at, user_id: userId, credential, ends }: ChangeRow): ChangeOfPrincipals {
  return { id, at: timestamp(at), userId, credential, ends: Boolean(ends) };
}
