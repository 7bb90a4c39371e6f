import {
  type ChangeOfPrincipals,
  findPrincipalChanges,
  lastChangeBefore,
  newestPrincipalChange,
} from "../audit-trail/principal-changes.ts";
import type { Queryable } from "../query.ts";
import { MOST_LIFETIME_SECONDS } from "./key-schedule.ts";

/** An entry of the log that verifiers of JWTs read: what has ended is named by the claims of a JWT. */
export interface Revocation {
  /** A JWT has ended that was issued at a lower position. */
  readonly position: number;
  readonly at: Date;
  /** The user; null for all users. */
  readonly sub: string | null;
  /** The credential that has ended; null for all of the user, or where it was a JWT alone. */
  readonly sid: string | null;
  /** The JWT that has ended; null where it was more. */
  readonly jti: string | null;
}

/** A piece of the log. */
export interface RevocationPage {
  readonly items: readonly Revocation[];
  /** The position to go on from. */
  readonly next: number;
  readonly more: boolean;
  /** Whether the position that was asked for is none of this log: the database is another one than it was. */
  readonly restarted: boolean;
}

/** The age of an entry that concerns no JWT any more, with time for clocks that differ, in milliseconds. */
const CONCERNS_MS = 2 * MOST_LIFETIME_SECONDS * 1000;

/**
 * What has ended after a position, oldest first.
 *
 * @param after null to begin: with what is young enough to concern a JWT that is valid
 */
export async function listRevocations(
  db: Queryable,
  { after, limit, now }: { readonly after: number | null; readonly limit: number; readonly now: Date },
): Promise<RevocationPage> {
  // Before the entries: what is committed in between has a higher position, and is read with the next piece.
  const newest = await newestPrincipalChange(db);
  const restarted = after !== null && after > newest;
  const from = after === null || restarted ? await lastChangeBefore(db, new Date(now.getTime() - CONCERNS_MS)) : after;
  const found = await findPrincipalChanges(db, { after: from, limit: limit + 1, endings: true });
  const items = found.slice(0, limit);
  const more = found.length > limit;
  const last = items.at(-1)?.id ?? from;
  // Where there is no more, the changes that have ended nothing are passed over, too.
  return { items: items.map(revocationOf), next: more ? last : Math.max(last, newest), more, restarted };
}

function revocationOf({ id, at, userId, credential }: ChangeOfPrincipals): Revocation {
  const [, jti = null] = /^jwt:(.*)$/.exec(credential ?? "") ?? [];
  const sub = userId === null ? null : String(userId);
  return { position: id, at, sub, sid: jti === null ? credential : null, jti };
}
