import type { EntityManager } from "@mikro-orm/core";
import { type Happening, type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { formatScopes, SCOPES } from "../scope.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { insertAuthenticators, storeRecoveryCodes } from "../users/factor-secrets.ts";
import { insertUsers } from "../users/new-users.ts";
import { Role } from "../users/role.ts";
import { insertHoldings, insertRoles } from "../users/role-repository.ts";
import { type Candidate, type ForeignAccount, type ImportRules, toCandidate } from "./foreign-account.ts";
import { withUsernames } from "./foreign-username.ts";
import type { Dropped, ImportResult, SkippedAccount } from "./import-result.ts";

/**
 * Takes over the accounts of a Flask-Security database, all or none, with their passwords. An account that is here
 * already stays as it is, and so does a role of that name; a new role keeps those of its permissions that are scopes
 * here. An account that would lose a protection stays out: see {@link SkipReason}.
 */
export function importAccounts(
  em: EntityManager,
  accounts: readonly ForeignAccount[],
  { keys, ...rules }: ImportRules & { readonly keys: SecretKeys },
  occasion: Occasion,
): Promise<ImportResult> {
  // The slow part comes before the transaction, which keeps the writers of a running server waiting.
  const candidates = accounts.map((account) => toCandidate(account, rules));
  return recorded(em, occasion, async (tx, record) => {
    const welcome = await withUsernames(
      tx,
      candidates.filter(({ refusal }) => refusal === null),
    );
    // Two accounts there can have one normalised address: the first is imported, the second skipped.
    const named = new Map(welcome.toReversed().map(({ email, username }) => [email, username]));
    const ids = await insertUsers(tx, welcome, occasion.now);
    const unclaimed = new Map(ids.map(({ email, id }) => [email, id]));
    const skipped: SkippedAccount[] = [];
    const imported: ImportedAccount[] = [];
    for (const candidate of candidates) {
      const userId = candidate.refusal === null ? unclaimed.get(candidate.email) : undefined;
      if (userId === undefined) {
        skipped.push({ email: candidate.spelled, reason: candidate.refusal ?? "taken" });
        continue;
      }
      unclaimed.delete(candidate.email);
      imported.push({ ...candidate, userId, username: named.get(candidate.email) ?? null });
    }
    await addRoles(tx, imported);
    await addFactors(tx, keys, imported, occasion.now);
    await record(...imported.flatMap(happenings));
    const withoutPassword = imported.filter(({ hash }) => hash === null).map(({ email }) => email);
    return {
      imported: imported.length,
      withoutPassword,
      needSalt: rules.signed ? imported.length - withoutPassword.length : 0,
      skipped,
      skippedRoles: imported.flatMap(({ email, unusableRoles }) =>
        unusableRoles.map(({ name }) => ({ email, role: name })),
      ),
      skippedUsernames: imported.flatMap(({ email, spelledName, username }) =>
        spelledName === null || username !== null ? [] : [{ email, username: spelledName }],
      ),
      dropped: countOthers(imported),
    };
  });
}

interface ImportedAccount extends Candidate {
  readonly userId: number;
  readonly username: string | null;
}

function countOthers(accounts: readonly ImportedAccount[]): Dropped[] {
  const counts = new Map<string, number>();
  for (const name of accounts.flatMap(({ others }) => others)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, users]) => ({ name, users }));
}

async function addFactors(
  tx: EntityManager,
  keys: SecretKeys,
  accounts: readonly ImportedAccount[],
  now: Date,
): Promise<void> {
  const factors = accounts.flatMap(({ userId, factor }) => (factor === null ? [] : [{ userId, ...factor }]));
  await insertAuthenticators(tx, keys, factors, now);
  const codes = factors.flatMap(({ userId, recoveryCodes }) => recoveryCodes.map((code) => ({ userId, code })));
  await storeRecoveryCodes(tx, keys, codes);
}

function happenings({ userId, roles, factor }: ImportedAccount): Happening[] {
  return [
    { kind: "registered", userId },
    ...(factor === null ? [] : [{ kind: "factor_added", userId, detail: "authenticator" } as const]),
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
