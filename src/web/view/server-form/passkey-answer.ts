import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/browser";
import { basePath, createApi } from "../api/client.ts";
import { contentOf } from "../api/failure.ts";

/** What a passkey is asked for: to sign in, to finish a sign-in that waits for a second factor, or to prove oneself again. */
export type PasskeyPurpose = "sign-in" | "second-factor" | "verify";

/** What the browser is asked for, and the state to answer with. */
export interface Asked {
  readonly state: string;
  readonly options: PublicKeyCredentialRequestOptionsJSON;
}

const UNKNOWN = "urn:kudos:problem:passkey-unknown";

// A page of the server knows no token: its requests carry the cookies.
const api = createApi(() => null);
const credentials = "same-origin";

/** Asks the server for what the browser is to be asked. Throws a `Failure`. */
export async function askPasskey(purpose: PasskeyPurpose): Promise<Asked> {
  const { response } =
    purpose === "verify"
      ? await contentOf(api.POST("/wan-verify", { body: {}, credentials }))
      : await contentOf(api.POST("/wan-signin", { body: { is_secondary: purpose === "second-factor" }, credentials }));
  const { wan_state: state, credential_options: options } = response;
  return { state, options: options as PublicKeyCredentialRequestOptionsJSON };
}

/**
 * Sends the answer of the browser. Throws a `Failure`.
 *
 * @returns the address to go to: `next`, or the page that asks for a second factor
 */
export async function answerPasskey(
  purpose: PasskeyPurpose,
  { state, options }: Asked,
  { credential, remember, next }: { credential: AuthenticationResponseJSON; remember: boolean; next: string },
): Promise<string> {
  const params = { path: { wan_state: state } };
  const answer = { credential: JSON.stringify(credential) };
  if (purpose === "verify") {
    await contentOf(api.POST("/wan-verify/{wan_state}", { params, body: answer, credentials }));
    return basePath() + next;
  }
  const sent = api.POST("/wan-signin/{wan_state}", { params, body: { ...answer, remember }, credentials });
  const answered = await sent.catch(() => undefined);
  const refusal = answered?.error as { readonly response?: { readonly type?: string } } | undefined;
  if (refusal?.response?.type === UNKNOWN) tellUnknown(options.rpId ?? "", credential.id);
  const { response } = await contentOf(sent);
  return basePath() + (response.tf_required ? "/tf-validate" : next);
}

/** Tells the browser that a passkey counts no more, so that it does not offer it again. */
function tellUnknown(rpId: string, credentialId: string): void {
  const known = (window as { PublicKeyCredential?: Signals }).PublicKeyCredential;
  known?.signalUnknownCredential?.({ rpId, credentialId }).catch(() => {});
}

/** What newer browsers have (W3C Web Authentication, level 3, §5.1.10). */
interface Signals {
  signalUnknownCredential?(unknown: { rpId: string; credentialId: string }): Promise<void>;
}
