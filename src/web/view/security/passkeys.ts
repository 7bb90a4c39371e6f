import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import type { components } from "../../../../generated/openapi.ts";
import { answerOf, contentOf, Failure } from "../api/failure.ts";
import { type Entered, enterBy, type WaitingSignIn } from "../session/enter.ts";
import type { Session } from "../session/session.ts";

/** What the contract has for the answer of an authenticator: open to members that are not known here. */
type Registration = components["schemas"]["RegistrationCredential"];
type Authentication = components["schemas"]["AuthenticationCredential"];

const UNKNOWN_PASSKEY = "urn:kudos:problem:passkey-unknown";

export type Passkey = components["schemas"]["Passkey"];

/** Whether this browser can make passkeys, and use them: only on a page of https, or of this machine by its name. */
export function canMakePasskeys(): boolean {
  return "PublicKeyCredential" in window && !/^[\d.]+$|^\[/.test(location.hostname);
}

/** Has the browser make a passkey, and registers it under a name, as a second factor, too, where that is wanted. Throws a {@link Failure}. */
export async function addPasskey(
  { api, credentials }: Session,
  { name, isFactor }: { readonly name: string; readonly isFactor: boolean },
): Promise<Passkey> {
  const wanted = { name, second_factor: isFactor };
  const { options, state } = await contentOf(api.POST("/api/passkeys/options", { body: wanted, credentials }));
  const { startRegistration } = await import("@simplewebauthn/browser");
  const credential = await startRegistration({
    optionsJSON: options as PublicKeyCredentialCreationOptionsJSON,
  }).catch(refuse);
  const body = { state, credential: credential as unknown as Registration };
  return contentOf(api.POST("/api/passkeys", { body, credentials }));
}

/** Tells what the browser says when it makes no passkey, as a failure of the form. */
function refuse(error: unknown): never {
  if (!(error instanceof Error)) throw error;
  throw new Failure({ status: 400, message: REFUSALS[error.name] ?? "The browser has made no passkey. Try again." });
}

const REFUSALS: Readonly<Record<string, string>> = {
  NotAllowedError: "No passkey was made: it was called off, or it took too long.",
  InvalidStateError: "This device has a passkey for this account already.",
  SecurityError: "The browser makes no passkeys at this address.",
};

/** Signs in by a passkey that the person chooses, or by one as the second factor of a sign-in that waits for it, which settles the open question, unless more is asked. Throws a {@link Failure}. */
export async function enterByPasskey(
  session: Session,
  { keep, waiting }: { readonly keep: boolean; readonly waiting: WaitingSignIn | null },
  signal: AbortSignal,
): Promise<Entered> {
  const { api } = session;
  const begun = waiting === null ? {} : { sign_in_token: waiting.sign_in_token };
  const { options, state } = await contentOf(api.POST("/api/sign_in/passkey/options", { body: begun, signal }));
  const { startAuthentication } = await import("@simplewebauthn/browser");
  const optionsJSON = options as PublicKeyCredentialRequestOptionsJSON;
  const credential = await startAuthentication({ optionsJSON }).catch(refuse);
  const body = { ...begun, state, credential: credential as unknown as Authentication };
  const call = { body, credentials: "same-origin", signal } as const;
  const answer = await answerOf(api.POST("/api/sign_in/passkey", call));
  if (answer.error?.type === UNKNOWN_PASSKEY) tellUnknown(options.rpId, credential.id);
  return enterBy(session, answer, keep);
}

/** Proves by a passkey that the person is still the same, which settles the open question. Throws a {@link Failure}. */
export async function proveByPasskey({ api, credentials, questions }: Session): Promise<void> {
  const { wan_state, credential_options } = (await contentOf(api.POST("/wan-verify", { body: {}, credentials })))
    .response;
  const { startAuthentication } = await import("@simplewebauthn/browser");
  const optionsJSON = credential_options as PublicKeyCredentialRequestOptionsJSON;
  const credential = JSON.stringify(await startAuthentication({ optionsJSON }).catch(refuse));
  const params = { path: { wan_state } };
  await contentOf(api.POST("/wan-verify/{wan_state}", { params, body: { credential }, credentials }));
  questions.settle();
}

/** Tells the browser which passkeys of the account count, so that it offers no other; where it can be told. */
export function tellAccepted({ rp_id, user_handle, items }: components["schemas"]["PasskeyList"]): void {
  const known = (window as { PublicKeyCredential?: Signals }).PublicKeyCredential;
  if (user_handle === null) return;
  const allAcceptedCredentialIds = items.map(({ credential_id }) => credential_id);
  known?.signalAllAcceptedCredentials?.({ rpId: rp_id, userId: user_handle, allAcceptedCredentialIds }).catch(() => {});
}

/** Tells the browser that a passkey counts no more, so that it does not offer it again. */
function tellUnknown(rpId: string, credentialId: string): void {
  const known = (window as { PublicKeyCredential?: Signals }).PublicKeyCredential;
  known?.signalUnknownCredential?.({ rpId, credentialId }).catch(() => {});
}

/** What newer browsers have (W3C Web Authentication, level 3, §5.1.10). */
interface Signals {
  signalUnknownCredential?(unknown: { rpId: string; credentialId: string }): Promise<void>;
  signalAllAcceptedCredentials?(accepted: {
    rpId: string;
    userId: string;
    allAcceptedCredentialIds: readonly string[];
  }): Promise<void>;
}
