import { passkeySite } from "../../domain/passkeys/options.ts";
import { listPasskeys } from "../../domain/passkeys/passkeys.ts";
import type { Principal } from "../../domain/principal.ts";
import { findFactor, findSetUp } from "../../domain/second-factor/factor-repository.ts";
import type { WaitingSignIn } from "../../domain/second-factor/waiting-sign-in.ts";
import { destinationOf, maskDestination } from "../../domain/sent-codes/destination.ts";
import type { CodeFormState } from "../../web/pages/second-factor/code-form.ts";
import type { VerifyFormState } from "../../web/pages/second-factor/verify-form.ts";
import type { HandlerContext } from "../handler-context.ts";
import { findDestination, offeredTo } from "../steps/factor-codes.ts";
import { credentialName } from "./waiting.ts";

/** What the form offers that finishes a sign-in which waits for a second factor. */
export async function codeFormState(
  request: HandlerContext,
  { user, methods: proved, wanted }: WaitingSignIn,
): Promise<Pick<CodeFormState, "passkey" | "takesCode" | "sent">> {
  const methods = await offeredTo(request.db, user.id, proved);
  const site = methods.includes("webauthn") ? passkeySite(request.publicUrl) : null;
  const destination = await findDestination(request, user);
  const isSent = destination !== null && methods.includes(destination.method);
  const sent = isSent ? { method: destination.method, to: maskDestination(destination) } : null;
  return {
    passkey: site === null ? null : { next: wanted.next, site },
    takesCode: sent !== null || methods.includes("authenticator"),
    sent,
  };
}

/** What the form offers that finishes a set-up of a signed-in user, shown once more; of an unknown kind where the set-up has ended. */
export async function setUpFormState(
  { db, keys }: Pick<HandlerContext, "db" | "keys">,
  principal: Principal,
): Promise<Pick<CodeFormState, "sent" | "anew">> {
  const { userId: id, email } = principal;
  const found = await findSetUp(db, { userId: id, credential: credentialName(principal) });
  const destination = destinationOf(keys, { id, email }, found);
  const sent = destination && { method: destination.method, to: maskDestination(destination) };
  return { sent, anew: found === undefined };
}

/**
 * What the form offers that asks who is signed in for a fresh proof.
 *
 * @param next the local path to go to afterwards
 */
export async function verifyFormState(
  request: HandlerContext,
  { userId: id, email }: Principal,
  next: string,
): Promise<VerifyFormState> {
  const { items } = await listPasskeys(request.em, id);
  const destination = await findDestination(request, { id, email });
  return {
    next,
    hasFactor: (await findFactor(request.db, id)) !== undefined,
    sentTo: destination && maskDestination(destination),
    signedInAs: email,
    passkeySite: items.length > 0 ? passkeySite(request.publicUrl) : null,
  };
}
