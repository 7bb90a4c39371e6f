import { type EntityManager, UniqueConstraintViolationException } from "@mikro-orm/core";
import { EmailRefused, EmailTaken, HashingQueueFull, InvalidCredentials } from "./errors.ts";
import { isWeakerCost, parsePasswordHash } from "./password-hash.ts";
import { checkPasswordPolicy, type PasswordHasher } from "./passwords.ts";
import { User } from "./user.ts";

/** What someone signs in with. */
export interface AccountCredentials {
  readonly email: string;
  readonly password: string;
}

const EMAIL_LENGTH = 254;

// Only what could not be one address, or could be taken for another; whether mail arrives there, a message would tell.
const EMAIL = /^[^\s\p{C}@]{1,64}@[^\s\p{C}@]+$/u;

/**
 * The one spelling of an e-mail address by which an account is found: NFKC, lower case, without white space around it. Lower case
 * can undo the normal form, hence twice.
 */
export function normaliseEmail(email: string): string {
  return email.normalize("NFKC").toLowerCase().normalize("NFKC").trim();
}

function isUsable(email: string): boolean {
  return email.length <= EMAIL_LENGTH && EMAIL.test(email);
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
  { now, minLength, signal }: { now: Date; minLength?: number | undefined; signal?: AbortSignal | undefined },
): Promise<User> {
  const email = normaliseEmail(credentials.email);
  if (!isUsable(email)) throw new EmailRefused();
  checkPasswordPolicy(credentials.password, { email, minLength });
  const passwordHash = await passwords.hash(credentials.password, signal);
  try {
    return await em.transactional(async (tx) => tx.create(User, { email, passwordHash, createdAt: now }));
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
  signal?: AbortSignal,
): Promise<User> {
  const email = normaliseEmail(credentials.email);
  const user = isUsable(email) ? await em.findOne(User, { email }) : null;
  const phc = user?.active ? (user.passwordHash ?? null) : null;
  const valid = await passwords.verify(credentials.password, phc, signal);
  if (!valid || user === null || phc === null) throw new InvalidCredentials();
  await strengthenHash(em, passwords, { userId: user.id, password: credentials.password, phc });
  return user;
}

// A sign-in is the only time when the password is at hand.
async function strengthenHash(
  em: EntityManager,
  passwords: PasswordHasher,
  { userId, password, phc }: { userId: number; password: string; phc: string },
): Promise<void> {
  const stored = parsePasswordHash(phc);
  if (stored === null || !isWeakerCost(stored.cost, passwords.cost)) return;
  try {
    const passwordHash = await passwords.hash(password);
    // Only in place of the hash that was verified: a password that was changed meanwhile stays.
    await em.nativeUpdate(User, { id: userId, passwordHash: phc }, { passwordHash });
  } catch (error) {
    // There will be quieter times to do it.
    if (!(error instanceof HashingQueueFull)) throw error;
  }
}
