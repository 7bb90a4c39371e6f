import { csrfToken } from "../../domain/credentials/text.ts";
import { boundTo } from "../../domain/passkeys/register-passkey.ts";
import { beginUse, verifyByPasskey } from "../../domain/passkeys/use-passkey.ts";
import type { Operation } from "../handler-context.ts";
import { occasionOf } from "../steps/occasion.ts";
import { sessionOf } from "../steps/sign-out.ts";
import { authenticated } from "../steps/signed-in-answer.ts";
import { relyingParty } from "./asking.ts";
import { answerIn, csrfOf, NO_STORE, OK } from "./envelope.ts";

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
