import type { Attempt } from "../../domain/attempts/attempts.ts";
import { HashingQueueFull } from "../../domain/passwords/errors.ts";
import { normaliseEmail } from "../../domain/users/email.ts";
import type { Scope } from "../handler-context.ts";

/** An attempt at an account's password, from this client. */
export function attemptOf({ address, deviceCookie }: Pick<Scope, "address" | "deviceCookie">, email: string): Attempt {
  const account = normaliseEmail(email);
  return { account, address, device: deviceCookie.idFor(account) };
}

/**
 * Does what an attempt was spent on. One that finds the line in front of the hashes full was no guess: it is given back, so that a
 * flood of others keeps nobody out for longer than it lasts.
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
