import type { Attempt } from "../../domain/attempts/attempts.ts";
import { HashingQueueFull } from "../../domain/passwords/errors.ts";
import { normaliseEmail } from "../../domain/users/email.ts";
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
