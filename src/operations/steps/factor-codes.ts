import type { AuthenticationMethod } from "../../domain/credentials/authentication-method.ts";
import type { Queryable } from "../../domain/query.ts";
import { factorsOf, findFactor, type OfferedMethod } from "../../domain/second-factor/factor-repository.ts";
import { type FactorMethod, PROVED_BY } from "../../domain/second-factor/second-factor.ts";
import { type BegunSignIn, beginWaiting } from "../../domain/second-factor/waiting-sign-in.ts";
import { type Destination, destinationOf, maskDestination } from "../../domain/sent-codes/destination.ts";
import { type CodeToSend, sendCode, sendsCodes } from "../../domain/sent-codes/send-code.ts";
import { normaliseEmail } from "../../domain/users/email.ts";
import type { User } from "../../domain/users/user.ts";
import type { HandlerContext } from "../handler-context.ts";
import { FactorNotOffered, FactorUnavailable } from "./errors.ts";
import { occasionOf } from "./occasion.ts";

type Owner = CodeToSend["user"];

/** What sends a code, and the place that it goes to, most of it hidden. */
export interface CodeSender {
  readonly method: Destination["method"];
  readonly sentTo: string;
  /** Sends the code in the transaction of what it is bound to. */
  readonly send: (tx: Queryable, bound: string) => Promise<void>;
}

/**
 * What sends the codes of a user's second factor; null where it is none whose codes are sent, or this server sends none. The code is
 * counted.
 *
 * @param wanted the way that it is to be sent; any when left out
 * @throws {TooManyAttempts}
 */
export async function factorSender(
  request: HandlerContext,
  user: Owner,
  wanted?: Destination["method"],
): Promise<CodeSender | null> {
  const destination = await findDestination(request, user);
  if (destination === null || (wanted !== undefined && wanted !== destination.method)) return null;
  return senderTo(request, "second-factor", user, destination);
}

/**
 * The same for a request that asks for a code, which names the way by a member of its content.
 *
 * @param pointer to that member; "" where none does
 * @throws {FactorNotOffered} where this server does not send codes that way
 * @throws {FactorUnavailable} where the user gets none that way
 * @throws {TooManyAttempts}
 */
export async function requireSender(
  request: HandlerContext,
  user: Owner,
  { wanted, pointer }: { readonly wanted?: Destination["method"] | undefined; readonly pointer: string },
): Promise<CodeSender> {
  requireOffered(request, wanted ?? (await findFactor(request.db, user.id))?.method, pointer);
  const sender = await factorSender(request, user, wanted);
  if (sender === null) throw new FactorUnavailable(pointer);
  return sender;
}

/** Refuses a method whose codes this server does not send. Throws {@link FactorNotOffered}. */
export function requireOffered(
  { mail }: Pick<HandlerContext, "mail">,
  method: OfferedMethod | undefined,
  pointer: string,
): void {
  if ((method === "email" || method === "sms") && !sendsCodes(mail, method)) throw new FactorNotOffered(pointer);
}

/** The place that the codes of a user's second factor are sent to; null where none are. */
export async function findDestination(
  { db, keys, mail }: Pick<HandlerContext, "db" | "keys" | "mail">,
  user: Owner,
): Promise<Destination | null> {
  const destination = destinationOf(keys, user, await findFactor(db, user.id));
  return destination !== null && sendsCodes(mail, destination.method) ? destination : null;
}

/**
 * What sends one code to a destination; null where this server sends none there. The code is counted by its user, apart from the mails that
 * strangers can ask for: they must not keep the owner from signing in. A telephone number has a count besides, whoever asks.
 *
 * @throws {TooManyAttempts}
 */
export async function senderTo(
  { mail: outbox, keys, now, attempts, address, deviceCookie }: HandlerContext,
  purpose: CodeToSend["purpose"],
  user: Owner,
  destination: Destination,
): Promise<CodeSender | null> {
  if (!sendsCodes(outbox, destination.method)) return null;
  const device = deviceCookie.idFor(normaliseEmail(user.email));
  await attempts.mail({ account: `second factor of user ${user.id}`, address, device });
  if (purpose === "set-up" && destination.method === "sms") {
    await attempts.mail({ account: destination.to, address, device: null });
  }
  const { method } = destination;
  const send = (tx: Queryable, bound: string) =>
    sendCode(tx, { outbox, keys }, { purpose, user, destination, bound }, now);
  return { method, sentTo: maskDestination(destination), send };
}

/** The methods that can be set up by whoever has proved these. */
export function availableMethods(
  { secondFactor, mail }: Pick<HandlerContext, "secondFactor" | "mail">,
  proved: readonly AuthenticationMethod[] = [],
): FactorMethod[] {
  if (secondFactor === "off") return [];
  const sent = (["email", "sms"] as const).filter(
    (method) => sendsCodes(mail, method) && !proved.includes(PROVED_BY[method]),
  );
  return ["authenticator", ...sent];
}

/** The methods that can finish a sign-in: those of the user, but for what has been proved already. */
export async function offeredTo(
  db: Queryable,
  userId: number,
  proved: readonly AuthenticationMethod[],
): Promise<OfferedMethod[]> {
  const methods = await factorsOf(db, userId);
  return methods.filter((method) => method === "webauthn" || !proved.includes(PROVED_BY[method]));
}

/**
 * Lets a sign-in wait for its second factor. Where only a code that is sent can finish it, the first one is sent now. `methods` are those
 * that can finish it, `available` those that can be set up first, where there is none.
 *
 * @throws {TooManyAttempts}
 * @throws {InvalidCredentials}
 */
export async function letWait(request: HandlerContext, user: User, begun: BegunSignIn) {
  const { em, keys, db } = request;
  const methods = begun.step === "factor" ? await offeredTo(db, user.id, begun.methods) : [];
  const isSent = methods.length === 1 && (methods.includes("email") || methods.includes("sms"));
  const sender = isSent ? await factorSender(request, user) : null;
  const { text, waiting } = await beginWaiting(em, keys, user, begun, occasionOf(request), sender?.send);
  return { text, waiting, methods, available: begun.step === "set-up" ? availableMethods(request, begun.methods) : [] };
}
