import { csrfToken } from "../../domain/credentials/text.ts";
import { PasskeyRefused } from "../../domain/passkeys/errors.ts";
import * as own from "../../domain/passkeys/passkeys.ts";
import { beginRegistration, boundTo, finishRegistration } from "../../domain/passkeys/register-passkey.ts";
import { beginUse, verifyByPasskey } from "../../domain/passkeys/use-passkey.ts";
import type { Principal } from "../../domain/principal.ts";
import type { HandlerContext, Operation } from "../handler-context.ts";
import { occasionOf } from "../steps/occasion.ts";
import { beginSignIn, proveByPasskey, relyingParty, unusedCsrfToken } from "../steps/passkey.ts";
import { requireNarrowable, signInFor } from "../steps/sign-in.ts";
import { sessionOf } from "../steps/sign-out.ts";
import { authenticated } from "../steps/signed-in-answer.ts";

const NO_STORE = { "Cache-Control": "no-store" } as const;
const OK = { code: 200 } as const;

type Signed = Pick<HandlerContext, "keys"> & { readonly principals: readonly [Principal, ...Principal[]] };

export const showPasskeyRegistration: Operation<"showPasskeyRegistration"> = async (request) => {
  const { items } = await own.listPasskeys(request.em, request.principal.userId);
  const registered = items.map((passkey) => ({
    name: passkey.name,
    credential_id: passkey.credentialId,
    usage: passkey.usage,
    transports: [...passkey.transports],
    lastuse: passkey.lastUsedAt?.toISOString() ?? null,
    device_type: passkey.deviceType,
    backup_state: passkey.backedUp,
    discoverable: passkey.discoverable,
  }));
  const response = { csrf_token: csrfOf(request), registered_credentials: registered };
  return { status: 200, headers: NO_STORE, body: { meta: OK, response } };
};

export const beginPasskeyRegistration: Operation<"beginPasskeyRegistration"> = async (request) => {
  const { em, principals, body, now } = request;
  const { name, usage = "secondary" } = body;
  const begun = await beginRegistration(em, relyingParty(request), principals, { name, usage }, now);
  const response = { csrf_token: csrfOf(request), wan_state: begun.state, credential_options: begun.options };
  return { status: 200, headers: NO_STORE, body: { meta: OK, response } };
};

export const finishPasskeyRegistration: Operation<"finishPasskeyRegistration"> = async (request) => {
  const { em, principal, principals } = request;
  await finishRegistration(em, relyingParty(request), principals, answerIn(request), occasionOf(request, principal));
  return done(request);
};

export const beginPasskeySignIn: Operation<"beginPasskeySignIn"> = async (request) => {
  const { remember = false } = request.body;
  const { state, options } = await beginSignIn(request, { remember });
  const response = {
    csrf_token: unusedCsrfToken(),
    wan_state: state,
    is_secondary: false,
    remember,
    credential_options: options,
  };
  return { status: 200, headers: NO_STORE, body: { meta: OK, response } };
};

export const finishPasskeySignIn: Operation<"finishPasskeySignIn"> = async (request) => {
  requireNarrowable(request);
  const { user, method, spent } = await proveByPasskey(request, answerIn(request));
  // It was said when the sign-in began, or is said now.
  request.body.remember = request.body.remember === true || spent.remember;
  return signInFor(request, user, [method]);
};

export const beginPasskeyVerification: Operation<"beginPasskeyVerification"> = async (request) => {
  const { em, principal, attempts, now } = request;
  const rp = relyingParty(request);
  await attempts.askForPasskey(principal.userId);
  const bound = boundTo((sessionOf(request.principals) ?? principal).credential);
  const facts = { purpose: "verify", userId: principal.userId, boundTo: bound } as const;
  const { state, options } = await beginUse(em, rp, facts, now);
  const response = { csrf_token: csrfOf(request), wan_state: state, credential_options: options };
  return { status: 200, headers: NO_STORE, body: { meta: OK, response } };
};

export const finishPasskeyVerification: Operation<"finishPasskeyVerification"> = async (request) => {
  const { em, principal, principals } = request;
  await verifyByPasskey(em, relyingParty(request), principals, answerIn(request), occasionOf(request, principal));
  const { userId: id, email, credential } = sessionOf(principals) ?? principal;
  return authenticated({ id, email }, csrfToken(request.keys, credential.id));
};

export const deletePasskeyByName: Operation<"deletePasskeyByName"> = async (request) => {
  const { em, principal, body } = request;
  await own.deletePasskey(em, principal, { name: body.name.trim() }, occasionOf(request, principal));
  return done(request);
};

function done(request: Signed) {
  return { status: 200, headers: NO_STORE, body: { meta: OK, response: { csrf_token: csrfOf(request) } } } as const;
}

function csrfOf({ keys, principals }: Signed): string {
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
function answerIn({ path, body }: AnswerRequest): { state: string; credential: unknown } {
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
