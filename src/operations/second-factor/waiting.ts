import type { CodeAttempt } from "../../domain/attempts/attempts.ts";
import { csrfToken } from "../../domain/credentials/text.ts";
import { type Principal, provedLately } from "../../domain/principal.ts";
import { SignInEnded } from "../../domain/second-factor/errors.ts";
import { readWaiting, type WaitingSignIn } from "../../domain/second-factor/waiting-sign-in.ts";
import type { HandlerContext } from "../handler-context.ts";
import { attemptOf } from "../steps/attempt.ts";
import { NotFresh } from "../steps/errors.ts";
import { offeredTo } from "../steps/factor-codes.ts";

/** The sign-in that the client's cookie stands for; null for none. */
export function findWaiting({ db, keys, now, signInCookie }: HandlerContext): Promise<WaitingSignIn | null> {
  return readWaiting(db, keys, signInCookie.presented, now);
}

/**
 * The same, for an operation that nothing else opens.
 *
 * @throws {SignInEnded}
 */
export async function requireWaiting(request: HandlerContext): Promise<WaitingSignIn> {
  const waiting = await findWaiting(request);
  if (waiting === null) throw new SignInEnded();
  return waiting;
}

/** What a client is told of a sign-in that waits for a code: the ways out, with their paths. */
export async function waitingState({ db, keys }: HandlerContext, { id, user, methods }: WaitingSignIn) {
  const sent = (await offeredTo(db, user.id, methods)).filter((method) => method === "email" || method === "sms");
  const options = {
    recovery_code: "/mf-recovery",
    ...Object.fromEntries(sent.map((method) => [method, "/tf-rescue"])),
  };
  const response = { csrf_token: csrfToken(keys, id), recovery_options: options, user: {} };
  return { meta: { code: 200 as const }, response };
}

/** The name of a credential, which a code that is sent for it is bound to. */
export function credentialName({ credential: { kind, id } }: Principal): string {
  return `${kind}:${id}`;
}

/**
 * Does work that tries a code of a user, within the limits of attempts. A right code costs nothing.
 *
 * @throws {TooManyAttempts} and all that `work` throws
 */
export async function withinCodeLimit<Result>(
  request: Pick<HandlerContext, "address" | "attempts" | "deviceCookie">,
  { id, email }: { readonly id: number; readonly email: string },
  work: () => Promise<Result>,
): Promise<Result> {
  const { attempts } = request;
  const attempt: CodeAttempt = { userId: id, ...attemptOf(request, email) };
  await attempts.tryCode(attempt);
  const result = await work();
  await attempts.giveBackCode(attempt);
  return result;
}

/** The text of a code: a JSON number has lost its leading zeros. */
export function codeText(code: string | number): string {
  return typeof code === "number" ? String(code).padStart(6, "0") : code;
}

/**
 * Holds a signed-in user to a fresh proof of all that a sign-in asks for, as `x-max-authentication-age` and `x-authentication-context`
 * do: for an operation that cannot declare them, because it lets a sign-in that waits pass.
 *
 * @throws {NotFresh}
 */
export function requireFresh(principal: Principal, now: Date): void {
  if (!provedLately(principal, now)) throw new NotFresh();
}
