import { areTwoFactors } from "../../domain/credentials/authentication-method.ts";
import type { Issued } from "../../domain/credentials/credential.ts";
import { PasskeyRefused, PasskeysUnavailable } from "../../domain/passkeys/errors.ts";
import { type RelyingParty, relyingPartyOf } from "../../domain/passkeys/options.ts";
import { isFactor, type PasskeyUsage } from "../../domain/passkeys/passkey.ts";
import type { PasskeyView } from "../../domain/passkeys/passkey-repository.ts";
import { beginUse, type PasskeyProof, usePasskey } from "../../domain/passkeys/use-passkey.ts";
import { SignInEnded } from "../../domain/second-factor/errors.ts";
import { finishSignIn, type IssueLifetimes } from "../../domain/second-factor/finish-sign-in.ts";
import { readWaiting, type WaitingSignIn } from "../../domain/second-factor/waiting-sign-in.ts";
import type { HandlerContext } from "../handler-context.ts";
import { attemptOf, welcome } from "../steps/attempt.ts";
import { FactorsClosed } from "../steps/errors.ts";
import { occasionOf } from "../steps/occasion.ts";

/**
 * The site that passkeys belong to.
 *
 * @throws {PasskeysUnavailable} where nobody has said how browsers reach the server
 */
export function relyingParty({ publicUrl }: Pick<HandlerContext, "publicUrl">): RelyingParty {
  if (publicUrl === null) throw new PasskeysUnavailable();
  return relyingPartyOf(new URL(publicUrl));
}

/** The members of a request for a passkey that say whose sign-in it is for. */
interface Asked {
  readonly remember?: boolean | undefined;
  /** The sign-in that waits for a second factor; null for a sign-in of its own. */
  readonly waiting: WaitingSignIn | null;
}

/** Begins the sign-in of a stranger, or asks for the second factor of one that waits. */
export async function beginSignIn(request: HandlerContext, { remember = false, waiting }: Asked) {
  const { em, address, attempts, now } = request;
  const rp = relyingParty(request);
  await attempts.askForPasskey(address);
  if (waiting === null) return beginUse(em, rp, { purpose: "sign-in", userId: null, boundTo: null, remember }, now);
  const facts = { purpose: "second-factor", userId: waiting.user.id, boundTo: boundToWaiting(waiting) } as const;
  return beginUse(em, rp, facts, now);
}

/**
 * The sign-in that waits for a second factor and that a text stands for.
 *
 * @throws {SignInEnded} when there is none of that text
 */
export async function waitingOf(
  { db, keys, now }: Pick<HandlerContext, "db" | "keys" | "now">,
  text: string | undefined,
): Promise<WaitingSignIn | null> {
  if (text === undefined) return null;
  const waiting = await readWaiting(db, keys, text, now);
  if (waiting?.step !== "factor") throw new SignInEnded();
  return waiting;
}

/** The sign-in that waits for a second factor and that the client's cookie stands for; null for none. */
export async function waitingByCookie({ db, keys, now, signInCookie }: HandlerContext): Promise<WaitingSignIn | null> {
  const waiting = await readWaiting(db, keys, signInCookie.presented, now);
  return waiting?.step === "factor" ? waiting : null;
}

/** What a passkey has proved: who signs in, and the credential that a waiting sign-in ends with. */
export type SignInProof = PasskeyProof & { readonly issued?: Issued };

/**
 * The user whose passkey has answered, within a sign-in that {@link beginSignIn} began. One that waits for its second factor is finished.
 *
 * @throws {PasskeyRefused} also where the passkey adds nothing: it has the user's presence as the other factor had, and no more
 */
export async function proveByPasskey(
  request: HandlerContext,
  answer: { state: string; credential: unknown },
  waiting: WaitingSignIn | null,
  lifetimes: IssueLifetimes = request.lifetimes,
): Promise<SignInProof> {
  const { em, keys, attempts } = request;
  const boundTo = waiting === null ? [null] : [null, boundToWaiting(waiting)];
  const occasion = occasionOf(request);
  const purposes = ["sign-in", "second-factor"] as const;
  const proof = await usePasskey(em, relyingParty(request), { ...answer, purposes, boundTo }, occasion);
  const { user, method, spent } = proof;
  const finishes = spent.purpose === "second-factor" && waiting !== null;
  const isComplete = areTwoFactors([...(finishes ? waiting.methods : []), method]);
  if (finishes && !isComplete) throw new PasskeyRefused();
  const prove = () => Promise.resolve(method);
  const issued = finishes ? await finishSignIn(em, keys, { waiting, prove, lifetimes }, occasion) : undefined;
  await (isComplete ? attempts.welcome(attemptOf(request, user.email)) : welcome(request, user));
  return { ...proof, ...(issued && { issued }) };
}

function boundToWaiting({ id }: WaitingSignIn): string {
  return `sign-in:${id}`;
}

/**
 * Holds a new passkey to the settings of the server: one that is a second factor is not made where nobody sets one up.
 *
 * @throws {FactorsClosed}
 */
export function requireOpenFactors({ secondFactor }: Pick<HandlerContext, "secondFactor">, usage: PasskeyUsage): void {
  if (isFactor(usage) && secondFactor === "off") throw new FactorsClosed();
}

/** A passkey on the wire. */
export function representPasskey(passkey: PasskeyView) {
  return {
    id: passkey.id,
    name: passkey.name,
    credential_id: passkey.credentialId,
    usage: passkey.usage,
    second_factor: passkey.secondFactor,
    transports: [...passkey.transports],
    aaguid: passkey.aaguid,
    device_type: passkey.deviceType,
    backed_up: passkey.backedUp,
    discoverable: passkey.discoverable,
    created_at: passkey.createdAt.toISOString(),
    last_used_at: passkey.lastUsedAt?.toISOString() ?? null,
  };
}
