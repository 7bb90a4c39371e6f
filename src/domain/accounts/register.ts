import { type EntityManager, UniqueConstraintViolationException } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import type { PasswordHasher } from "../passwords/password-hasher.ts";
import { checkPasswordPolicy } from "../passwords/policy.ts";
import { isRegistrableEmail, normaliseEmail } from "../users/email.ts";
import { User } from "../users/user.ts";
import type { AccountCredentials } from "./accounts.ts";
import { EmailRefused, EmailTaken } from "./errors.ts";

/**
 * The address and the hash that a new account is stored with.
 *
 * @param minLength the fewest characters of a password
 * @throws {EmailRefused}
 * @throws {PasswordRefused}
 * @throws {HashingQueueFull}
 */
export async function prepareAccount(
  passwords: PasswordHasher,
  credentials: AccountCredentials,
  { minLength, signal }: Pick<Occasion, "signal"> & { minLength?: number | undefined },
): Promise<{ email: string; passwordHash: string }> {
  const email = normaliseEmail(credentials.email);
  if (!isRegistrableEmail(email)) throw new EmailRefused();
  await checkPasswordPolicy(passwords, credentials.password, { email, minLength, signal });
  return { email, passwordHash: await passwords.hash(credentials.password, signal) };
}

/**
 * Makes an account. Of several calls at once the unique constraint lets one have the address.
 *
 * @param minLength the fewest characters of a password
 * @param confirmed whether the operator answers for the address
 * @param isKept asked in the transaction: whether the address is kept for an account that had it until lately
 * @throws {EmailRefused}
 * @throws {PasswordRefused}
 * @throws {EmailTaken}
 * @throws {HashingQueueFull}
 */
export async function registerAccount(
  em: EntityManager,
  passwords: PasswordHasher,
  credentials: AccountCredentials,
  {
    minLength,
    confirmed = false,
    isKept,
    ...occasion
  }: Occasion & {
    minLength?: number | undefined;
    confirmed?: boolean;
    isKept?: (tx: EntityManager, email: string) => Promise<boolean>;
  },
): Promise<User> {
  const { now } = occasion;
  const { email, passwordHash } = await prepareAccount(passwords, credentials, { ...occasion, minLength });
  try {
    return await recorded(em, occasion, async (tx, record) => {
      if (await isKept?.(tx, email)) throw new EmailTaken();
      const user = tx.create(User, { email, passwordHash, createdAt: now, confirmedAt: confirmed ? now : null });
      await tx.flush();
      await record({ kind: "registered", userId: user.id });
      return user;
    });
  } catch (error) {
    throw error instanceof UniqueConstraintViolationException ? new EmailTaken() : error;
  }
}
