import { insertRows, type Queryable, runStatement, timestamp } from "../query.ts";
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
};

/**
 * Stores what events do to principals, in the transaction of the events: whoever reads the log after the commit knows of it.
 *
 * @returns whether there was anything to store
 */
export async function logPrincipalChanges(tx: Queryable, events: readonly AuditEvent[]): Promise<boolean> {
  const changes = events.flatMap(({ at, kind, userId, credential }) => {
    const effect = EFFECTS[kind];
    if (effect === "none") return [];
    return [[at, userId, effect === "ends-credential" ? credential : null, effect !== "changes"] as const];
  });
  if (changes.length === 0) return false;
  await insertRows(tx, { into: '"principal_change" (at, user_id, credential, ends)', ending: "" }, changes);
  return true;
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

/** The changes after one, oldest first. */
export async function findPrincipalChanges(
  db: Queryable,
  { after, limit }: { after: number; limit: number },
): Promise<ChangeOfPrincipals[]> {
  const rows = await runStatement<{
    id: number;
    at: number | string | Date;
    user_id: number | null;
    credential: string | null;
    ends: number | boolean;
  }>(db, 'select id, at, user_id, credential, ends from "principal_change" where id > ? order by id limit ?', [
    after,
    limit,
  ]);
  return rows.map(({ id, at, user_id: userId, credential, ends }) => ({
    id,
    at: timestamp(at),
    userId,
    credential,
    ends: Boolean(ends),
  }));
}
