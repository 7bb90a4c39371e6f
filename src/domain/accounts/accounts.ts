import { type EntityManager, UniqueConstraintViolationException } from "@mikro-orm/core";
import { audited, type Origin } from "../audit-trail/audit-trail.ts";
import { beginGeneration } from "../credentials/generation.ts";
import { HashingQueueFull, InvalidCredentials } from "../passwords/errors.ts";
import { parseFlaskSecurityHash } from "../passwords/flask-security-hash.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { checkPasswordPolicy } from "../passwords/policy.ts";
import { isWeakerCost, type PasswordCost, parsePasswordHash } from "../passwords/scrypt-hash.ts";
import { isUsableEmail, normaliseEmail } from "../users/email.ts";
import { UserNotFound } from "../users/errors.ts";
import { User } from "../users/user.ts";
import { EmailRefused, EmailTaken } from "./errors.ts";

/** What someone signs in with. */
export interface AccountCredentials {
  readonly email: string;
  readonly password: string;
}

/** When something is done to an account, by whom, and who waits for it. */
export interface Occasion {
  readonly now: Date;
  readonly origin: Origin;
  /** Aborted when nobody waits any more: the work ends while the password waits for its hash. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes an account. The unique constraint decides which of several calls at once gets the address.
 *
 * @param minLength the fewest characters of a password
 * @throws {EmailRefused}
 * @throws {PasswordRefused}
 * @throws {EmailTaken}
 * @throws {HashingQueueFull}
 */
export async function registerAccount(
  em: EntityManager,
  passwords: PasswordHasher,
  credentials: AccountCredentials,
  { now, origin, minLength, signal }: Occasion & { minLength?: number | undefined },
): Promise<User> {
  const email = normaliseEmail(credentials.email);
  if (!isUsableEmail(email)) throw new EmailRefused();
  await checkPasswordPolicy(passwords, credentials.password, { email, minLength, signal });
  const passwordHash = await passwords.hash(credentials.password, signal);
  try {
    return await audited(em, origin, now, async (tx, record) => {
      const user = tx.create(User, { email, passwordHash, createdAt: now });
      await tx.flush();
      await record({ kind: "registered", userId: user.id });
      return user;
    });
  } catch (error) {
    throw error instanceof UniqueConstraintViolationException ? new EmailTaken() : error;
  }
}

/**
 * Finds the account that the credentials are right for. Every failure is the same error after the same work, so that nobody learns
 * which addresses have an account. No transaction is open while the password is hashed.
 *
 * @throws {InvalidCredentials}
 * @throws {HashingQueueFull}
 */
export async function authenticateAccount(
  em: EntityManager,
  passwords: PasswordHasher,
  credentials: AccountCredentials,
  { now, origin, signal }: Occasion,
): Promise<User> {
  const email = normaliseEmail(credentials.email);
  const user = isUsableEmail(email) ? await em.findOne(User, { email }) : null;
  const phc = user?.active ? (user.passwordHash ?? null) : null;
  const valid = await passwords.verify(credentials.password, phc, signal);
  if (!valid || user === null || phc === null) {
    await audited(em, origin, now, (_, record) => record({ kind: "login_failed", userId: user?.id ?? null }));
    throw new InvalidCredentials();
  }
  await strengthenHash(em, passwords, { userId: user.id, password: credentials.password, phc }, { now, origin });
  return user;
}

// A sign-in is the only time when the password is at hand.
async function strengthenHash(
  em: EntityManager,
  passwords: PasswordHasher,
  { userId, password, phc }: { userId: number; password: string; phc: string },
  { now, origin }: Occasion,
): Promise<void> {
  if (!isOutdated(phc, passwords.cost)) return;
  try {
    const passwordHash = await passwords.hash(password);
    await audited(em, origin, now, async (tx, record) => {
      // Only in place of the hash that was verified: a password that was changed meanwhile stays.
      const changed = await tx.nativeUpdate(User, { id: userId, passwordHash: phc }, { passwordHash });
      if (changed > 0) await record({ kind: "password_upgraded", userId, actor: `user:${userId}` });
    });
  } catch (error) {
    // There will be quieter times to do it.
    if (!(error instanceof HashingQueueFull)) throw error;
  }
}

function isOutdated(phc: string, cost: PasswordCost): boolean {
  const stored = parsePasswordHash(phc);
  return stored === null ? parseFlaskSecurityHash(phc) !== null : isWeakerCost(stored.cost, cost);
}

/**
 * The user with an address, in any spelling.
 *
 * @throws {UserNotFound}
 */
export async function requireUser(em: EntityManager, email: string): Promise<User> {
  const normalised = normaliseEmail(email);
  const user = isUsableEmail(normalised) ? await em.fork().findOne(User, { email: normalised }) : null;
  if (user === null) throw new UserNotFound();
  return user;
}

/**
 * Lets a user sign in again; harmless when the user may. What had been issued before stays dead.
 *
 * @throws {UserNotFound}
 */
export async function activateAccount(em: EntityManager, email: string, { now, origin }: Occasion): Promise<void> {
  const { id } = await requireUser(em, email);
  await audited(em, origin, now, async (tx, record) => {
    const changed = await tx.nativeUpdate(User, { id, active: false }, { active: true });
    if (changed > 0) await record({ kind: "activated", userId: id });
  });
}

/**
 * Keeps a user out, and ends every token and session of the user at once.
 *
 * @throws {UserNotFound}
 */
export async function deactivateAccount(em: EntityManager, email: string, { now, origin }: Occasion): Promise<void> {
  const { id } = await requireUser(em, email);
  await audited(em, origin, now, async (tx, record) => {
    if (!(await beginGeneration(tx, { id, active: true }, { active: false }))) return;
    await record({ kind: "deactivated", userId: id });
  });
}
