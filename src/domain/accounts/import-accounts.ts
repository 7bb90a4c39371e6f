import type { EntityManager } from "@mikro-orm/core";
import { type Happening, type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { formatFlaskSecurityHash } from "../passwords/flask-security-hash.ts";
import { formatScopes, SCOPES } from "../scope.ts";
import { isUsableEmail, normaliseEmail } from "../users/email.ts";
import { isRoleName, Role } from "../users/role.ts";
import { insertHoldings, insertRoles } from "../users/role-repository.ts";
import { insertUsers } from "../users/user-repository.ts";

/** A role as the other program keeps it. */
export interface ForeignRole {
  readonly name: string;
  readonly permissions: readonly string[];
}

/** An account as the other program keeps it. */
export interface ForeignAccount {
  readonly email: string;
  /** The hash as its scheme writes it. */
  readonly passwordHash: string | null;
  readonly active: boolean;
  readonly roles: readonly ForeignRole[];
}

/** An account that was not imported, and the reason: its address has an account here, or is not a usable address. */
export interface SkippedAccount {
  readonly email: string;
  readonly reason: "taken" | "unusable";
}

/** A role that was not imported, and the normalised address of the account that held it. */
export interface SkippedRole {
  readonly email: string;
  readonly role: string;
}

/** The outcome of an import. */
export interface ImportResult {
  /** The number of accounts that were imported. */
  readonly imported: number;
  /**
   * The addresses of imported accounts whose hash is of an unknown scheme. They have no password here and need a new
   * one.
   */
  readonly withoutPassword: readonly string[];
  readonly skipped: readonly SkippedAccount[];
  /** Roles whose names are not one line of at most 50 characters. */
  readonly skippedRoles: readonly SkippedRole[];
}

/**
 * Takes over the accounts of a Flask-Security database, all or none, with their passwords. An account that is here
 * already stays as it is, and so does a role of that name; a new role keeps those of its permissions that are scopes
 * here.
 *
 * @param signed whether the passwords were signed with the operator's salt, as Flask-Security does by default
 */
export function importAccounts(
  em: EntityManager,
  accounts: readonly ForeignAccount[],
  { signed }: { signed: boolean },
  occasion: Occasion,
): Promise<ImportResult> {
  // The slow part comes before the transaction, which keeps the writers of a running server waiting.
  const candidates = accounts.map((account) => prepare(account, signed));
  return recorded(em, occasion, async (tx, record) => {
    const ids = await insertUsers(tx, candidates.filter(isUsable), occasion.now);
    const unclaimed = new Map(ids.map(({ email, id }) => [email, id]));
    const skipped: SkippedAccount[] = [];
    const imported: ImportedAccount[] = [];
    for (const candidate of candidates) {
      const userId = unclaimed.get(candidate.email);
      if (userId === undefined) {
        skipped.push({ email: candidate.spelled, reason: isUsable(candidate) ? "taken" : "unusable" });
        continue;
      }
      // Two accounts there can have one normalised address: the first is imported, the second skipped.
      unclaimed.delete(candidate.email);
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
  /** The address as the other program spells it. */
  readonly spelled: string;
  /** The address, normalised. */
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

async function addRoles(tx: EntityManager, accounts: readonly ImportedAccount[]): Promise<void> {
  const roles = new Map(accounts.flatMap(({ roles: held }) => held.map((role) => [role.name, role])));
  await insertRoles(
    tx,
    [...roles.values()].map(({ name, permissions }) => ({
      name,
      permissions: formatScopes(SCOPES.filter((scope) => permissions.includes(scope))),
    })),
  );
  const ids = new Map((await tx.find(Role, {})).map(({ name, id }) => [name, id]));
  const holdings = accounts.flatMap(({ userId, roles: held }) =>
    held.flatMap(({ name }) => {
      const roleId = ids.get(name);
      return roleId === undefined ? [] : [{ userId, roleId }];
    }),
  );
  await insertHoldings(tx, holdings);
}
