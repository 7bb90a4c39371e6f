import type { EntityManager } from "@mikro-orm/core";
import { audited } from "../audit-trail/audit-trail.ts";
import { credentialTable } from "../credentials/credential-table.ts";
import { beginGeneration } from "../credentials/generation.ts";
import { PasswordRefused, WrongPassword } from "../passwords/errors.ts";
import { normalisePassword } from "../passwords/password.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { checkPasswordPolicy } from "../passwords/policy.ts";
import type { Principal } from "../principal.ts";
import { runStatement } from "../query.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { User } from "../users/user.ts";
import { type Occasion, requireUser } from "./accounts.ts";

/** Who asks: the principals of one request, all of one user and at least one. */
type Askers = readonly [Asker, ...Asker[]];

type Asker = Pick<Principal, "userId" | "credential">;

/**
 * Changes the password of a signed-in user, and ends every token and session of the user but those that ask. Of two changes at
 * once one wins: each replaces only the hash that it has verified.
 *
 * @param minLength the fewest characters of a password
 * @throws {WrongPassword} when the current password is not right
 * @throws {PasswordRefused}
 * @throws {HashingQueueFull}
 */
export async function changePassword(
  em: EntityManager,
  passwords: PasswordHasher,
  keys: SecretKeys,
  { principals, current, next }: { principals: Askers; current: string; next: string },
  occasion: Occasion & { minLength?: number | undefined },
): Promise<void> {
  const [principal] = principals;
  const { userId, credential } = principal;
  const { now, origin, minLength, signal } = occasion;
  const { email, phc } = await provePassword(em, passwords, { principal, password: current }, occasion);
  await checkPasswordPolicy(passwords, next, { email, minLength, signal });
  if (normalisePassword(next) === normalisePassword(current)) {
    throw new PasswordRefused(["The new password must not be the current one."]);
  }
  const passwordHash = await passwords.hash(next, signal);
  await audited(em, origin, now, async (tx, record) => {
    const where = { id: userId, passwordHash: phc, active: true };
    const credentials = principals.map((asker) => asker.credential);
    if (!(await beginGeneration(tx, where, { passwordHash }, { keys, credentials }))) throw new WrongPassword();
    await record({ kind: "password_changed", userId, credential });
  });
}

/**
 * Lets a signed-in user prove once more to be the one: from now on the credentials that ask count as fresh.
 *
 * @throws {WrongPassword}
 * @throws {HashingQueueFull}
 */
export async function verifyPassword(
  em: EntityManager,
  passwords: PasswordHasher,
  { principals, password }: { principals: Askers; password: string },
  occasion: Occasion,
): Promise<void> {
  const [principal] = principals;
  await provePassword(em, passwords, { principal, password }, occasion);
  await audited(em, occasion.origin, occasion.now, async (tx, record) => {
    for (const { userId, credential } of principals) {
      const table = credentialTable(credential.kind);
      await runStatement(tx, `update "${table}" set authenticated_at = ? where id = ? and user_id = ?`, [
        occasion.now,
        credential.id,
        userId,
      ]);
    }
    await record({ kind: "verified", userId: principal.userId, credential: principal.credential });
  });
}

async function provePassword(
  em: EntityManager,
  passwords: PasswordHasher,
  { principal: { userId, credential }, password }: { principal: Asker; password: string },
  { now, origin, signal }: Occasion,
): Promise<{ email: string; phc: string }> {
  const user = await em.fork().findOne(User, { id: userId });
  const phc = user?.active ? (user.passwordHash ?? null) : null;
  const valid = await passwords.verify(password, phc, signal);
  if (valid && user !== null && phc !== null) return { email: user.email, phc };
  await audited(em, origin, now, (_, record) => record({ kind: "verify_failed", userId, credential }));
  throw new WrongPassword();
}

/**
 * Gives a user a password, as the person who runs the program, and ends every token and session of the user.
 *
 * @throws {UserNotFound}
 * @throws {PasswordRefused}
 * @throws {HashingQueueFull}
 */
export async function setPassword(
  em: EntityManager,
  passwords: PasswordHasher,
  { email, password }: { email: string; password: string },
  { now, origin, minLength, signal }: Occasion & { minLength?: number | undefined },
): Promise<void> {
  const { id: userId, ...user } = await requireUser(em, email);
  await checkPasswordPolicy(passwords, password, { email: user.email, minLength, signal });
  const passwordHash = await passwords.hash(password, signal);
  await audited(em, origin, now, async (tx, record) => {
    if (await beginGeneration(tx, { id: userId }, { passwordHash })) {
      await record({ kind: "password_changed", userId });
    }
  });
}
