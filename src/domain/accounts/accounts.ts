import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { beginGeneration } from "../credentials/generation.ts";
import { HashingQueueFull, InvalidCredentials } from "../passwords/errors.ts";
import { NOBODY, recordFailure, type Trial } from "../passwords/failure.ts";
import { parseFlaskSecurityHash } from "../passwords/flask-security-hash.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { isWeakerCost, type PasswordCost, parsePasswordHash } from "../passwords/scrypt-hash.ts";
import type { Queryable } from "../query.ts";
import { isUsableEmail, normaliseEmail } from "../users/email.ts";
import { UserNotFound } from "../users/errors.ts";
import { User } from "../users/user.ts";
import { isUsableUsername, normaliseUsername } from "../users/username.ts";
import { findAddressByUsername } from "../users/username-repository.ts";

/**
 * The normalised address of an account by what a person calls it: an address, or the user name of an account that came with one. A name
 * that nobody has stays as it is, and is the address of nobody: attempts at it are counted like any other.
 */
export async function addressOf(db: Queryable, identity: string): Promise<string> {
  const username = normaliseUsername(identity);
  if (!isUsableUsername(username)) return normaliseEmail(identity);
  return (await findAddressByUsername(db, username)) ?? username;
}

/** The address, in any spelling, and the password of a sign-in or a registration. */
export interface AccountCredentials {
  readonly email: string;
  readonly password: string;
}

/**
 * The user of an address and a password. Every failure is the same error after the same work, so that neither the
 * answer nor its time tells which addresses have accounts. No transaction is open while the password is hashed.
 *
 * @throws {InvalidCredentials}
 * @throws {HashingQueueFull}
 */
export async function authenticateAccount(
  em: EntityManager,
  passwords: PasswordHasher,
  credentials: AccountCredentials,
  { passwordOpens, ...occasion }: Trial,
): Promise<User> {
  const email = normaliseEmail(credentials.email);
  // A user name of nobody is looked for as well: a known one costs two questions, too.
  const user = isUsableEmail(email) || isUsableUsername(email) ? await em.findOne(User, { email }) : null;
  const phc = user?.active ? (user.passwordHash ?? null) : null;
  // Asked for every user, and before the password: the time of the answer must not tell a right one.
  const opens = passwordOpens === undefined || (await passwordOpens(user?.id ?? NOBODY));
  const valid = await passwords.verify(credentials.password, phc, occasion.signal);
  if (!valid || !opens || user === null || phc === null) {
    await recordFailure(em, "login_failed", { userId: user?.id ?? null }, occasion);
    throw new InvalidCredentials();
  }
  await strengthenHash(em, passwords, { userId: user.id, password: credentials.password, phc }, occasion);
  return user;
}

// Done at a sign-in: at no other time is the password at hand. Without a signal: it goes on when the client is gone.
async function strengthenHash(
  em: EntityManager,
  passwords: PasswordHasher,
  { userId, password, phc }: { userId: number; password: string; phc: string },
  occasion: Occasion,
): Promise<void> {
  if (!isOutdated(phc, passwords.cost)) return;
  try {
    const passwordHash = await passwords.hash(password);
    await recorded(em, occasion, async (tx, record) => {
      // Replaces the verified hash only: a password that was changed in the meantime stays.
      const changed = await tx.nativeUpdate(User, { id: userId, passwordHash: phc }, { passwordHash });
      if (changed > 0) await record({ kind: "password_upgraded", userId, actor: `user:${userId}` });
    });
  } catch (error) {
    // A full line does not fail the sign-in: the next one tries again.
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
 * Lets a user sign in again; harmless when the user may. Credentials from before the deactivation stay revoked.
 *
 * @throws {UserNotFound}
 */
export async function activateAccount(em: EntityManager, email: string, occasion: Occasion): Promise<void> {
  const { id } = await requireUser(em, email);
  await recorded(em, occasion, async (tx, record) => {
    const changed = await tx.nativeUpdate(User, { id, active: false }, { active: true });
    if (changed > 0) await record({ kind: "activated", userId: id });
  });
}

/**
 * Keeps a user from signing in, and ends every token and session of the user at once; harmless when that was done
 * already.
 *
 * @throws {UserNotFound}
 */
export async function deactivateAccount(em: EntityManager, email: string, occasion: Occasion): Promise<void> {
  const { id } = await requireUser(em, email);
  await recorded(em, occasion, async (tx, record) => {
    if (!(await beginGeneration(tx, { id, active: true }, { active: false }))) return;
    await record({ kind: "deactivated", userId: id });
  });
}
