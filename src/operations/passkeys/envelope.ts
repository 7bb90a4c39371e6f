import { randomBytes } from "node:crypto";
import { csrfToken } from "../../domain/credentials/text.ts";
import { PasskeyRefused } from "../../domain/passkeys/errors.ts";
import type { Principal } from "../../domain/principal.ts";
import type { HandlerContext } from "../handler-context.ts";
import { sessionOf } from "../steps/sign-out.ts";

/** The headers and the head of an answer in the lecture's envelope. */
export const NO_STORE = { "Cache-Control": "no-store" } as const;
export const OK = { code: 200 } as const;

type Signed = Pick<HandlerContext, "keys"> & { readonly principals: readonly [Principal, ...Principal[]] };

/** A CSRF token for nothing: the envelope has one wherever its siblings do, and a stranger has no session. */
export function unusedCsrfToken(): string {
  return randomBytes(32).toString("base64url");
}

/** The answer to what is done: nothing but a CSRF token. */
export function done(request: Signed) {
  return { status: 200, headers: NO_STORE, body: { meta: OK, response: { csrf_token: csrfOf(request) } } } as const;
}

/** The CSRF token of the session of a request, or of its token. */
export function csrfOf({ keys, principals }: Signed): string {
  return csrfToken(keys, (sessionOf(principals) ?? principals[0]).credential.id);
}

interface AnswerRequest {
  readonly path: { readonly wan_state: string };
  readonly body: { readonly credential: string };
}

/**
 * The answer of an authenticator in a request of the lecture's framework: JSON in a text, where the results of the browser's extensions
 * may be JSON in a text once more.
 *
 * @throws {PasskeyRefused} for a text that is no JSON object
 */
export function answerIn({ path, body }: AnswerRequest): { state: string; credential: unknown } {
  const credential = objectIn(body.credential);
  if (credential === null) throw new PasskeyRefused();
  const { extensions, clientExtensionResults = extensions } = credential;
  const results =
    typeof clientExtensionResults === "string" ? objectIn(clientExtensionResults) : clientExtensionResults;
  return { state: path.wan_state, credential: { ...credential, clientExtensionResults: results ?? {} } };
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
