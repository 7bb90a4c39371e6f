import type { EntityManager } from "@mikro-orm/core";
import { audited, type Happening, type Origin } from "../audit-trail/audit-trail.ts";
import { formatFlaskSecurityHash } from "../passwords/flask-security-hash.ts";
import { insertRows } from "../query.ts";
import { formatScopes, SCOPES } from "../scope.ts";
import { isUsableEmail, normaliseEmail } from "../users/email.ts";
import { isRoleName, Role } from "../users/role.ts";

/** A role as another program keeps it. */
export interface ForeignRole {
  readonly name: string;
  readonly permissions: readonly string[];
}

/** An account that stays out, and why: its address has an account here, or is none that an account can have. */
export interface SkippedAccount {
  readonly email: string;
  readonly reason: "taken" | "unusable";
}

/** A role that stays out, and the normalised address of the account that held it. */
export interface SkippedRole {
  readonly email: string;
  readonly role: string;
}

/** An account as another program keeps it. */
export interface ForeignAccount {
  readonly email: string;
  /** As its scheme writes it. */
  readonly passwordHash: string | null;
  readonly active: boolean;
  readonly roles: readonly ForeignRole[];
}

/** What has become of the accounts. */
export interface ImportResult {
  readonly imported: number;
  /** Addresses of those among them that have no password here, since theirs is of an unknown scheme; they need a new one. */
  readonly withoutPassword: readonly string[];
  readonly skipped: readonly SkippedAccount[];
  /** Roles that they held there and nobody can have here, for their names are not one line of at most 50 characters. */
  readonly skippedRoles: readonly SkippedRole[];
}

/**
 * Takes over the accounts of a Flask-Security database, all or none: who signs in there can sign in here, with the same password.
 * An account that is here already stays as it is. Roles keep their names; a role that is here already permits what it does here, and one
 * that is new what it did there, as far as that is a scope here.
 *
 * @param signed whether the passwords were signed with the operator's salt, as Flask-Security does by default
 */
export function importAccounts(
  em: EntityManager,
  accounts: readonly ForeignAccount[],
  { signed, now, origin }: { signed: boolean; now: Date; origin: Origin },
): Promise<ImportResult> {
  // All that takes time comes before the transaction: a server may be at work, and its writers wait for the end of it.
  const candidates = accounts.map((account) => prepare(account, signed));
  return audited(em, origin, now, async (tx, record) => {
    const ids = await addUsers(tx, candidates.filter(isUsable), now);
    const taken = new Map(ids);
    const skipped: SkippedAccount[] = [];
    const imported: ImportedAccount[] = [];
    for (const candidate of candidates) {
      const userId = taken.get(candidate.email);
      if (userId === undefined) {
        skipped.push({ email: candidate.spelled, reason: isUsable(candidate) ? "taken" : "unusable" });
        continue;
      }
      // Of two accounts there that are one here, the first has come.
      taken.delete(candidate.email);
      imported.push({ ...candidate, userId });
    }
    await addRoles(tx, imported);
    await record(...imported.flatMap(happenings));
    return {
      imported: imported.length,
      withoutPassword: imported.filter(({ hash }) => hash === null).map(({ email }) => email),
      skipped,
      skippedRoles: imported.flatMap(({ email, unusableRoles }) =>
        unusableRoles.map(({ name }) => ({ email, role: name })),
      ),
    };
  });
}

interface Candidate {
  readonly spelled: string;
  readonly email: string;
  readonly hash: string | null;
  readonly active: boolean;
  readonly roles: readonly ForeignRole[];
  readonly unusableRoles: readonly ForeignRole[];
}

interface ImportedAccount extends Candidate {
  readonly userId: number;
}

function prepare({ email: spelled, passwordHash, active, roles }: ForeignAccount, signed: boolean): Candidate {
  return {
    spelled,
    email: normaliseEmail(spelled),
    hash: formatFlaskSecurityHash(passwordHash ?? "", { signed }),
    active,
    roles: roles.filter(({ name }) => isRoleName(name)),
    unusableRoles: roles.filter(({ name }) => !isRoleName(name)),
  };
}

function isUsable({ email }: Candidate): boolean {
  return isUsableEmail(email);
}

function happenings({ userId, roles }: ImportedAccount): Happening[] {
  return [
    { kind: "registered", userId },
    ...roles.map(({ name }) => ({ kind: "role_granted", userId, role: name }) as const),
  ];
}

async function addUsers(
  tx: EntityManager,
  candidates: readonly Candidate[],
  now: Date,
): Promise<(readonly [email: string, id: number])[]> {
  const rows = await insertRows<{ id: number; email: string }>(
    tx,
    {
      into: '"user" (email, password_hash, active, created_at)',
      ending: "on conflict (email) do nothing returning id, email",
    },
    candidates.map(({ email, hash, active }) => [email, hash, active, now]),
  );
  return rows.map(({ id, email }) => [email, id]);
}

async function addRoles(tx: EntityManager, accounts: readonly ImportedAccount[]): Promise<void> {
  const roles = new Map(accounts.flatMap(({ roles: held }) => held.map((role) => [role.name, role])));
  await insertRows(
    tx,
    { into: '"role" (name, permissions)', ending: "on conflict (name) do nothing" },
    [...roles.values()].map(({ name, permissions }) => [
      name,
      formatScopes(SCOPES.filter((scope) => permissions.includes(scope))),
    ]),
  );
  const ids = new Map((await tx.find(Role, {})).map(({ name, id }) => [name, id]));
  await insertRows(
    tx,
    { into: '"user_role" (user_id, role_id)', ending: "on conflict do nothing" },
    accounts.flatMap(({ userId, roles: held }) => held.map(({ name }) => [userId, ids.get(name) ?? null])),
  );
}
