import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { beginGeneration } from "../credentials/generation.ts";
import { PasswordRefused, WrongPassword } from "../passwords/errors.ts";
import { recordFailure, type Trial } from "../passwords/failure.ts";
import { normalisePassword } from "../passwords/password.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { checkPasswordPolicy } from "../passwords/policy.ts";
import type { Principal } from "../principal.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { User } from "../users/user.ts";
import { requireUser } from "./accounts.ts";

/** A principal whose password is asked for. */
export type Asker = Pick<Principal, "userId" | "credential">;

/** The principals of one request: all of one user, at least one. */
export type Askers = readonly [Asker, ...Asker[]];

/**
 * Changes the password of a signed-in user, and ends every token and session of the user but those of the request. Of
 * two changes at once one succeeds: each replaces only the hash that it has verified.
 *
 * @param minLength the fewest characters of a password
 * @throws {WrongPassword} when the current password is wrong, or was changed in the meantime
 * @throws {PasswordRefused}
 * @throws {HashingQueueFull}
 */
export async function changePassword(
  em: EntityManager,
  passwords: PasswordHasher,
  keys: SecretKeys,
  { principals, current, next }: { principals: Askers; current: string; next: string },
  { minLength, ...trial }: Trial & { minLength?: number | undefined },
): Promise<void> {
  const { passwordOpens: _, ...occasion } = trial;
  const [principal] = principals;
  const { userId, credential } = principal;
  const { signal } = occasion;
  const { email, phc } = await provePassword(em, passwords, { principal, password: current }, trial);
  await checkPasswordPolicy(passwords, next, { email, minLength, signal });
  if (normalisePassword(next) === normalisePassword(current)) {
    throw new PasswordRefused(["The new password must not be the current one."]);
  }
  const passwordHash = await passwords.hash(next, signal);
  await recorded(em, occasion, async (tx, record) => {
    const where = { id: userId, passwordHash: phc, active: true };
    const credentials = principals.map((asker) => asker.credential);
    if (!(await beginGeneration(tx, where, { passwordHash }, { keys, credentials }))) throw new WrongPassword();
    await record({ kind: "password_changed", userId, credential });
  });
}

/**
 * The address and the hash of a signed-in user whose password this is.
 *
 * @throws {WrongPassword}
 * @throws {HashingQueueFull}
 */
export async function provePassword(
  em: EntityManager,
  passwords: PasswordHasher,
  { principal: { userId, credential }, password }: { principal: Asker; password: string },
  { passwordOpens, ...occasion }: Trial,
): Promise<{ email: string; phc: string }> {
  const user = await em.fork().findOne(User, { id: userId });
  const phc = user?.active ? (user.passwordHash ?? null) : null;
  const opens = passwordOpens === undefined || (await passwordOpens(userId));
  const valid = await passwords.verify(password, phc, occasion.signal);
  if (valid && opens && user !== null && phc !== null) return { email: user.email, phc };
  await recordFailure(em, "verify_failed", { userId, credential }, occasion);
  throw new WrongPassword();
}

/**
 * Gives a user a new password on behalf of the operator, and ends every token and session of the user.
 *
 * @throws {UserNotFound}
 * @throws {PasswordRefused}
 * @throws {HashingQueueFull}
 */
export async function setPassword(
  em: EntityManager,
  passwords: PasswordHasher,
  { email, password }: { email: string; password: string },
  { minLength, ...occasion }: Occasion & { minLength?: number | undefined },
): Promise<void> {
  const { signal } = occasion;
  const { id: userId, ...user } = await requireUser(em, email);
  await checkPasswordPolicy(passwords, password, { email: user.email, minLength, signal });
  const passwordHash = await passwords.hash(password, signal);
  await recorded(em, occasion, async (tx, record) => {
    if (await beginGeneration(tx, { id: userId }, { passwordHash })) {
      await record({ kind: "password_changed", userId });
    }
  });
}
