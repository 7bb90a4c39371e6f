import { createRequire } from "node:module";
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { PasskeyRefused } from "./errors.ts";
import { ALGORITHMS, type RelyingParty } from "./options.ts";
import type { StoredPasskey } from "./passkey-repository.ts";
import { algorithmOf, type CoseKey } from "./public-key.ts";

type Verifier = typeof import("@simplewebauthn/server");
type Decoder = typeof import("@simplewebauthn/server/helpers");

const require = createRequire(import.meta.url);

/** The package, loaded when it is first needed; a load that failed, for want of file descriptors say, is tried again. */
async function load<Package>(name: string): Promise<Package> {
  return import(name).catch(() => require(name));
}

/** What an authenticator said of the passkey that it has made. */
export interface NewPasskey {
  readonly credentialId: string;
  readonly publicKey: string;
  readonly algorithm: number;
  readonly counter: number;
  readonly aaguid: string;
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
}

/** The same, and whether the authenticator has verified its user. */
export interface MadePasskey {
  readonly passkey: NewPasskey;
  readonly verified: boolean;
}

/**
 * Verifies the answer to a registration (W3C Web Authentication §7.1). Its attestation is not asked for and not looked at: nothing of it is
 * decoded, and no address that it names is ever called.
 *
 * @param credential the client's JSON, of any shape
 * @param automatic whether the browser made the passkey without a question, in which nobody need be present
 * @throws {PasskeyRefused} for whatever reason
 */
export async function verifyCreation(
  rp: RelyingParty,
  credential: unknown,
  { isChallenge, automatic }: { isChallenge: (text: string) => boolean; automatic: boolean },
): Promise<MadePasskey> {
  const { verifyRegistrationResponse } = await load<Verifier>("@simplewebauthn/server");
  const { decodeAttestationObject, decodeCredentialPublicKey, isoBase64URL } = await load<Decoder>(
    "@simplewebauthn/server/helpers",
  );
  return refusing(async () => {
    const { response, ...answer } = credential as RegistrationResponseJSON;
    refuseFramed(isoBase64URL.toUTF8String(response.clientDataJSON));
    const authData = decodeAttestationObject(isoBase64URL.toBuffer(response.attestationObject)).get("authData");
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...answer, response: { ...response, attestationObject: withoutAttestation(authData) } },
      expectedChallenge: isChallenge,
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      requireUserPresence: !automatic,
      requireUserVerification: false,
      supportedAlgorithmIDs: [...ALGORITHMS],
    });
    if (!verified || registrationInfo.credential.id !== answer.id) throw new PasskeyRefused();
    const { publicKey, counter } = registrationInfo.credential;
    const algorithm = algorithmOf(decodeCredentialPublicKey(publicKey) as CoseKey);
    if (algorithm === null) throw new PasskeyRefused();
    const passkey = {
      credentialId: registrationInfo.credential.id,
      publicKey: Buffer.from(publicKey).toString("base64url"),
      algorithm,
      counter,
      aaguid: registrationInfo.aaguid,
      backupEligible: registrationInfo.credentialDeviceType === "multiDevice",
      backedUp: registrationInfo.credentialBackedUp,
    };
    return { passkey, verified: registrationInfo.userVerified };
  });
}

/** What an authenticator said with the use of a passkey. */
export interface PasskeyUse {
  readonly counter: number;
  readonly backedUp: boolean;
  /** Whether the authenticator has verified who used it. */
  readonly verified: boolean;
}

/**
 * Verifies the answer to a sign-in by the passkey that it names (W3C Web Authentication §7.2). A counter that does not rise refuses, unless
 * it is 0 as it always was; so does a passkey that could not be copied when it was made and can now, or the other way round.
 *
 * @param credential the client's JSON, of any shape
 * @throws {PasskeyRefused} for whatever reason
 */
export async function verifyAssertion(
  rp: RelyingParty,
  credential: unknown,
  { isChallenge, passkey }: { isChallenge: (text: string) => boolean; passkey: StoredPasskey },
): Promise<PasskeyUse> {
  const { verifyAuthenticationResponse } = await load<Verifier>("@simplewebauthn/server");
  const { isoBase64URL } = await load<Decoder>("@simplewebauthn/server/helpers");
  return refusing(async () => {
    const response = credential as AuthenticationResponseJSON;
    refuseFramed(isoBase64URL.toUTF8String(response.response.clientDataJSON));
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: isChallenge,
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      credential: {
        id: response.id,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, "base64url")),
        counter: passkey.counter,
      },
      requireUserVerification: false,
    });
    const backupEligible = authenticationInfo.credentialDeviceType === "multiDevice";
    if (!verified || backupEligible !== passkey.backupEligible) throw new PasskeyRefused();
    return {
      counter: authenticationInfo.newCounter,
      backedUp: authenticationInfo.credentialBackedUp,
      verified: authenticationInfo.userVerified,
    };
  });
}

/** Refuses an answer from within a page of another site: none may show one of ours. The package does so only where the browser names it. */
function refuseFramed(clientData: string): void {
  if (JSON.parse(clientData).crossOrigin === true) throw new PasskeyRefused();
}

/** Turns every error into the one refusal: the package throws for all but a wrong signature, in words that would help a forger. */
async function refusing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch {
    throw new PasskeyRefused();
  }
}

/** An attestation object of the format `none` (W3C Web Authentication §8.7), in CBOR, as base64url. */
function withoutAttestation(authData: Uint8Array): string {
  const head = Buffer.from([0x59, authData.length >> 8, authData.length & 0xff]);
  return Buffer.concat([NO_ATTESTATION, head, authData]).toString("base64url");
}

/** `{"fmt": "none", "attStmt": {}, "authData":` in CBOR. */
const NO_ATTESTATION = Buffer.from("a363666d74646e6f6e656761747453746d74a0686175746844617461", "hex");
