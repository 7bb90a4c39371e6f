import { randomBytes } from "node:crypto";
import { PasskeysUnavailable } from "../../domain/passkeys/errors.ts";
import { type RelyingParty, relyingPartyOf } from "../../domain/passkeys/options.ts";
import type { PasskeyView } from "../../domain/passkeys/passkey-repository.ts";
import { beginUse, type PasskeyProof, usePasskey } from "../../domain/passkeys/use-passkey.ts";
import type { HandlerContext } from "../handler-context.ts";
import { attemptOf } from "./attempt.ts";
import { occasionOf } from "./occasion.ts";

/**
 * The site that passkeys belong to.
 *
 * @throws {PasskeysUnavailable} where nobody has said how browsers reach the server
 */
export function relyingParty({ publicUrl }: Pick<HandlerContext, "publicUrl">): RelyingParty {
  if (publicUrl === null) throw new PasskeysUnavailable();
  return relyingPartyOf(new URL(publicUrl));
}

/** Begins the sign-in of a stranger. */
export async function beginSignIn(request: HandlerContext, { remember = false }: { remember?: boolean | undefined }) {
  const { em, address, attempts, now } = request;
  const rp = relyingParty(request);
  await attempts.askForPasskey(address);
  return beginUse(em, rp, { purpose: "sign-in", userId: null, boundTo: null, remember }, now);
}

/** The user whose passkey has answered, within a sign-in that {@link beginSignIn} began. */
export async function proveByPasskey(
  request: HandlerContext,
  { state, credential }: { state: string; credential: unknown },
): Promise<PasskeyProof> {
  const answer = { state, credential, purposes: ["sign-in"], boundTo: [null] } as const;
  const proof = await usePasskey(request.em, relyingParty(request), answer, occasionOf(request));
  await request.attempts.welcome(attemptOf(request, proof.user.email));
  return proof;
}

/** A CSRF token for nothing: the envelope has one wherever its siblings do, and a stranger has no session. */
export function unusedCsrfToken(): string {
  return randomBytes(32).toString("base64url");
}

/** A passkey on the wire. */
export function representPasskey(passkey: PasskeyView) {
  return {
    id: passkey.id,
    name: passkey.name,
    credential_id: passkey.credentialId,
    usage: passkey.usage,
    transports: [...passkey.transports],
    aaguid: passkey.aaguid,
    device_type: passkey.deviceType,
    backed_up: passkey.backedUp,
    discoverable: passkey.discoverable,
    created_at: passkey.createdAt.toISOString(),
    last_used_at: passkey.lastUsedAt?.toISOString() ?? null,
  };
}
