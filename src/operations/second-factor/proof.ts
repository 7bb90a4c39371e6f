import type { AuthenticationMethod } from "../../domain/credentials/authentication-method.ts";
import { type GivenCode, type ProveFactor, proveCode } from "../../domain/second-factor/codes.ts";
import { findFactor } from "../../domain/second-factor/factor-repository.ts";
import type { FactorMethod } from "../../domain/second-factor/second-factor.ts";
import type { BegunSetUp, SettingUp, WantedFactor } from "../../domain/second-factor/set-up.ts";
import { closePhone, normalisePhone } from "../../domain/sent-codes/destination.ts";
import { proveSentCode } from "../../domain/sent-codes/prove-sent-code.ts";
import type { HandlerContext } from "../handler-context.ts";
import { FactorsClosed, FactorUnavailable } from "../steps/errors.ts";
import { availableMethods, requireOffered, senderTo } from "../steps/factor-codes.ts";

/** What a request asks to set up, and the place that its first code goes to, most of it hidden; null for an authenticator. */
export interface AskedFactor {
  readonly wanted: WantedFactor;
  readonly sentTo: string | null;
}

/** A factor that is being set up, and the place that its code was sent to. */
export type Begun = BegunSetUp & Pick<AskedFactor, "sentTo">;

/**
 * What a request asks to set up.
 *
 * @param asked the method, the pointer to the member of the content that names it, and the telephone number
 * @param proved by the sign-in that waits for it
 * @throws {FactorsClosed}
 * @throws {FactorNotOffered}
 * @throws {FactorUnavailable} where the sign-in has proved the method already
 * @throws {PhoneRefused}
 * @throws {TooManyAttempts}
 */
export async function askedFactor(
  request: HandlerContext,
  { userId: id, email }: Pick<SettingUp, "userId" | "email">,
  asked: { readonly method: FactorMethod; readonly pointer: string; readonly phone?: string | undefined },
  proved: readonly AuthenticationMethod[] = [],
): Promise<AskedFactor> {
  const { method, pointer, phone } = asked;
  if (request.secondFactor === "off") throw new FactorsClosed();
  requireOffered(request, method, pointer);
  if (!availableMethods(request, proved).includes(method)) throw new FactorUnavailable(pointer);
  if (method === "authenticator") return { wanted: { method }, sentTo: null };
  const destination = method === "email" ? { method, to: email } : { method, to: normalisePhone(phone) };
  const sender = await senderTo(request, "set-up", { id, email }, destination);
  if (sender === null) throw new FactorUnavailable(pointer);
  const { send, sentTo } = sender;
  const closed = method === "sms" ? { phone: closePhone(request.keys, id, destination.to) } : {};
  return { wanted: { method, send, ...closed }, sentTo };
}

/**
 * Prepares the proof of a code by the kind of the user's factor; to be called outside of every transaction.
 *
 * @param bound what a code that was sent is good for
 */
export async function factorProof(
  { db, keys, now }: Pick<HandlerContext, "db" | "keys" | "now">,
  given: GivenCode,
  bound: string,
): Promise<ProveFactor> {
  const { userId, code } = given;
  const sent = given.kind === "authenticator" && (await findFactor(db, userId))?.secret === null;
  return sent ? proveSentCode(db, keys, { userId, code, bound }, now) : proveCode(keys, given);
}
