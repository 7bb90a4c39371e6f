import * as own from "../../domain/passkeys/passkeys.ts";
import { beginRegistration, finishRegistration } from "../../domain/passkeys/register-passkey.ts";
import type { Operation } from "../handler-context.ts";
import { occasionOf } from "../steps/occasion.ts";
import { relyingParty, requireOpenFactors } from "./asking.ts";
import { answerIn, csrfOf, done, NO_STORE, OK } from "./envelope.ts";

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
  requireOpenFactors(request, usage);
  const begun = await beginRegistration(em, relyingParty(request), principals, { name, usage }, now);
  const response = { csrf_token: csrfOf(request), wan_state: begun.state, credential_options: begun.options };
  return { status: 200, headers: NO_STORE, body: { meta: OK, response } };
};

export const finishPasskeyRegistration: Operation<"finishPasskeyRegistration"> = async (request) => {
  const { em, keys, principal, principals } = request;
  await finishRegistration(
    em,
    keys,
    relyingParty(request),
    principals,
    answerIn(request),
    occasionOf(request, principal),
  );
  return done(request);
};

export const deletePasskeyByName: Operation<"deletePasskeyByName"> = async (request) => {
  const { em, principal, body } = request;
  await own.deletePasskey(
    em,
    principal,
    { name: body.name.trim() },
    {
      ...occasionOf(request, principal),
      factorPolicy: request.secondFactor,
    },
  );
  return done(request);
};
