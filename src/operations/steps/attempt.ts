import type { Attempt, Standing } from "../../domain/attempts/attempts.ts";
import { HashingQueueFull } from "../../domain/passwords/errors.ts";
import type { Queryable } from "../../domain/query.ts";
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
 * Whether a right password proves its user once more. After 100 failures in a row a password from an unknown place proves nothing.
 *
 * @param standing of the attempt
 */
export function passwordProves({ passwordAlone }: Standing): (userId: number) => Promise<boolean> {
  return async () => passwordAlone;
}

/**
 * Whether a right password leads on in a sign-in: by {@link passwordProves}, or to the question for a second factor, which an account
 * that has one asks in any case.
 */
export function passwordLeadsOn({ passwordAlone }: Standing, db: Queryable): (userId: number) => Promise<boolean> {
  return async (userId) => passwordAlone || (await factorNeeds(db, userId)).hasFactor;
}

/**
 * Settles an attempt whose password was right. It is a success, which makes its place familiar to the account, unless the account has a
 * second factor, which is still to be proved: then the attempt is taken back and changes nothing else.
 */
export async function settleAttempt(
  { attempts, db }: Pick<HandlerContext, "attempts" | "db">,
  { attempt, standing, userId }: { attempt: Attempt; standing: Standing; userId: number },
): Promise<void> {
  const { hasFactor } = await factorNeeds(db, userId);
  await (hasFactor ? attempts.giveBack(attempt, standing) : attempts.succeed(attempt, standing));
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
export async function withinAttempts<Result extends { readonly user: Pick<User, "id"> }>(
  { attempts, db }: Pick<HandlerContext, "attempts" | "db">,
  attempt: Attempt,
  prove: (standing: Standing) => Promise<Result>,
): Promise<Result> {
  const standing = await attempts.spend(attempt);
  const result = await givenBackWhenFull(
    () => prove(standing),
    () => attempts.giveBack(attempt, standing),
  );
  await settleAttempt({ attempts, db }, { attempt, standing, userId: result.user.id });
  return result;
}

/** Makes the place that a user has signed in from familiar to the account, unless a second factor is still to be proved. */
export async function welcome(
  request: Pick<HandlerContext, "address" | "attempts" | "db" | "deviceCookie">,
  { id, email }: Pick<User, "id" | "email">,
): Promise<void> {
  const { hasFactor } = await factorNeeds(request.db, id);
  if (!hasFactor) await request.attempts.welcome(attemptOf(request, email));
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
