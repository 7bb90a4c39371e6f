import type { Begun } from "./challenge.ts";
import type { PasskeyUsage } from "./passkey.ts";

/** The site that passkeys belong to (W3C Web Authentication §5.4.2): its id, a domain, and the one origin whose pages use them. */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
  readonly name: string;
}

/** The site whose address browsers see. */
export function relyingPartyOf(publicUrl: URL): RelyingParty {
  return { id: publicUrl.hostname, origin: publicUrl.origin, name: "Kudos" };
}

/** The id of the site whose passkeys this server takes, by its public address; null where nobody has said that. */
export function passkeySite(publicUrl: string | null): string | null {
  return publicUrl === null ? null : relyingPartyOf(new URL(publicUrl)).id;
}

/**
 * The signature algorithms of new passkeys (IANA COSE Algorithms), the best first: Ed25519, ECDSA with P-256, and RSA. Every Node
 * verifies these; keys of another algorithm, which a newer Node offers, could not be verified by an older one.
 */
export const ALGORITHMS = [-8, -7, -257] as const;

/** How long a browser is to wait for the authenticator. */
const TIMEOUT_MS = 60_000;

/** Whether the authenticator is to keep a passkey, by its usage. */
const RESIDENT_KEY = { first: "required", secondary: "discouraged", both: "preferred" } as const;

/** A passkey, as a browser is told of it. */
export interface Descriptor {
  readonly credentialId: string;
  readonly transports: readonly string[];
}

/** The person that a new passkey is for. */
export interface PasskeyHolder {
  readonly handle: string;
  readonly email: string;
}

/**
 * What `navigator.credentials.create` is called with (PublicKeyCredentialCreationOptionsJSON, W3C Web Authentication §5.1.10). A passkey
 * that signs in by itself has to be found without a name, so the authenticator has to keep it. One that is a second factor, too, is made
 * by an authenticator that cannot keep it as well.
 *
 * @param existing the passkeys of the user: an authenticator that has one of them makes no second one
 */
export function creationOptions(
  { id, name }: RelyingParty,
  { challenge }: Begun,
  { usage, holder, existing }: { usage: PasskeyUsage; holder: PasskeyHolder; existing: readonly Descriptor[] },
) {
  return {
    rp: { id, name },
    user: { id: holder.handle, name: holder.email, displayName: holder.email },
    challenge: base64url(challenge),
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key" as const, alg })),
    timeout: TIMEOUT_MS,
    excludeCredentials: existing.map(descriptor),
    authenticatorSelection: {
      residentKey: RESIDENT_KEY[usage],
      requireResidentKey: usage === "first",
      userVerification: usage === "secondary" ? ("discouraged" as const) : ("preferred" as const),
    },
    attestation: "none" as const,
    extensions: { credProps: true },
    hints: [],
  };
}

/**
 * What `navigator.credentials.get` is called with (PublicKeyCredentialRequestOptionsJSON, §5.1.10).
 *
 * @param allowed the passkeys that may answer; none where the authenticator is to find one by itself
 * @param verification whether it is to verify who uses it: that makes a passkey two factors
 */
export function requestOptions(
  { id }: RelyingParty,
  { challenge }: Begun,
  { allowed, verification }: { allowed: readonly Descriptor[]; verification: "discouraged" | "preferred" },
) {
  return {
    challenge: base64url(challenge),
    rpId: id,
    timeout: TIMEOUT_MS,
    allowCredentials: allowed.map(descriptor),
    userVerification: verification,
  };
}

function descriptor({ credentialId, transports }: Descriptor) {
  return { type: "public-key" as const, id: credentialId, transports: [...transports] };
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
