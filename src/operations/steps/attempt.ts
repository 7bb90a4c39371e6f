import type { Attempt, Standing } from "../../domain/attempts/attempts.ts";
import { HashingQueueFull } from "../../domain/passwords/errors.ts";
import { ConfirmationRequired } from "../../domain/recovery/errors.ts";
import { normaliseEmail } from "../../domain/users/email.ts";
import type { User } from "../../domain/users/user.ts";
import { factorNeeds } from "../../domain/users/user-repository.ts";
import type { HandlerContext } from "../handler-context.ts";

/** An attempt at an account's password, by the client of a request; `email` in any spelling. */
export function attemptOf(
  { address, deviceCookie }: Pick<HandlerContext, "address" | "deviceCookie">,
  email: string,
): Attempt {
  const account = normaliseEmail(email);
  return { account, address, device: deviceCookie.idFor(account) };
}

/**
 * Whether a right password leads on. After 100 failures in a row a password alone opens an account from an unknown place no more; an
 * account with a second factor is asked for that, too.
 *
 * @param standing of the attempt
 */
export function passwordOpens(
  { db }: Pick<HandlerContext, "db">,
  { passwordAlone: alone }: Standing,
): (userId: number) => Promise<boolean> {
  return async (userId) => (await factorNeeds(db, userId)).hasFactor || alone;
}

/** The same where nothing but the password is asked for. */
export function passwordAlone({ passwordAlone: alone }: Standing): (userId: number) => Promise<boolean> {
  return async () => alone;
}

/**
 * Does the work that an attempt was spent on. `giveBack` is called when the waiting line of the hashes is full, since no password was
 * compared then: a flood of sign-ins must not use up the attempts of a user who waits behind it.
 *
 * @throws {HashingQueueFull} and all that `work` throws
 */
export async function givenBackWhenFull<Result>(
  work: () => Promise<Result>,
  giveBack: () => Promise<void>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HashingQueueFull) await giveBack();
    throw error;
  }
}

/**
 * Proves a user within the limits of attempts. `prove` throws when the proof is wrong, and is not called when a limit is reached.
 *
 * @throws {TooManyAttempts} and all that `prove` throws
 */
export async function withinAttempts<Result>(
  { attempts }: Pick<HandlerContext, "attempts">,
  attempt: Attempt,
  prove: (standing: Standing) => Promise<Result>,
): Promise<Result> {
  const standing = await attempts.spend(attempt);
  const result = await givenBackWhenFull(
    () => prove(standing),
    () => attempts.giveBack(attempt, standing),
  );
  await attempts.succeed(attempt, standing);
  return result;
}

/**
 * Refuses a user whose address has still to be confirmed.
 *
 * @throws {ConfirmationRequired}
 */
export function requireConfirmed(
  { confirmation }: Pick<HandlerContext, "confirmation">,
  { confirmedAt }: Pick<User, "confirmedAt">,
): void {
  if (confirmation === "required" && confirmedAt == null) throw new ConfirmationRequired();
}
