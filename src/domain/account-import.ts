import type { EntityManager } from "@mikro-orm/core";
import { isUsableEmail, normaliseEmail } from "./accounts.ts";
import { audited, type Origin } from "./events.ts";
import { formatFlaskSecurityHash } from "./flask-security.ts";
import { isRoleName } from "./role.ts";
import { formatScopes, SCOPES } from "./scope.ts";
import { runStatement } from "./statement.ts";

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
  return audited(em, origin, now, async (tx, record) => {
    const withoutPassword: string[] = [];
    const skipped: SkippedAccount[] = [];
    const skippedRoles: SkippedRole[] = [];
    for (const { email: spelled, passwordHash, active, roles } of accounts) {
      const email = normaliseEmail(spelled);
      const hash = formatFlaskSecurityHash(passwordHash ?? "", { signed });
      const usable = isUsableEmail(email);
      const userId = usable ? await addUser(tx, { email, hash, active, now }) : null;
      if (userId === null) {
        skipped.push({ email: spelled, reason: usable ? "taken" : "unusable" });
        continue;
      }
      if (hash === null) withoutPassword.push(email);
      await record({ kind: "registered", userId });
      for (const role of roles) {
        if (!isRoleName(role.name)) {
          skippedRoles.push({ email, role: role.name });
          continue;
        }
        await addRole(tx, userId, role);
        await record({ kind: "role_granted", userId, role: role.name });
      }
    }
    return { imported: accounts.length - skipped.length, withoutPassword, skipped, skippedRoles };
  });
}

async function addUser(
  tx: EntityManager,
  { email, hash, active, now }: { email: string; hash: string | null; active: boolean; now: Date },
): Promise<number | null> {
  const [row] = await runStatement<{ id: number }>(
    tx,
    'insert into "user" (email, password_hash, active, created_at) values (?, ?, ?, ?) on conflict (email) do nothing ' +
      "returning id",
    [email, hash, active, now],
  );
  return row?.id ?? null;
}

async function addRole(tx: EntityManager, userId: number, { name, permissions }: ForeignRole): Promise<void> {
  const known = formatScopes(SCOPES.filter((scope) => permissions.includes(scope)));
  await runStatement(tx, 'insert into "role" (name, permissions) values (?, ?) on conflict (name) do nothing', [
    name,
    known,
  ]);
  await runStatement(
    tx,
    'insert into "user_role" (user_id, role_id) select ?, id from "role" where name = ? on conflict do nothing',
    [userId, name],
  );
}
