import * as own from "../../domain/passkeys/passkeys.ts";
import { beginRegistration, finishRegistration } from "../../domain/passkeys/register-passkey.ts";
import type { Operation } from "../handler-context.ts";
import { occasionOf } from "../steps/occasion.ts";
import { signInForToken } from "../steps/sign-in.ts";
import { tokenIssued } from "../steps/signed-in-answer.ts";
import {
  beginSignIn,
  proveByPasskey,
  relyingParty,
  representPasskey,
  requireOpenFactors,
  waitingOf,
} from "./asking.ts";

export const listPasskeys: Operation<"listPasskeys"> = async (request) => {
  const { id } = relyingParty(request);
  const { items, handle } = await own.listPasskeys(request.em, request.principal.userId);
  return { status: 200, body: { rp_id: id, user_handle: handle, items: items.map(representPasskey) } };
};

export const createPasskeyOptions: Operation<"createPasskeyOptions"> = async (request) => {
  const { em, principals, body, now } = request;
  const { name, automatic } = body;
  const { usage: wanted = "first", second_factor: isFactor = false } = body;
  const usage = wanted === "first" && isFactor ? "both" : wanted;
  requireOpenFactors(request, usage);
  const begun = await beginRegistration(em, relyingParty(request), principals, { name, usage, automatic }, now);
  const { state, expiresAt, options } = begun;
  return {
    status: 200,
    headers: { "Cache-Control": "no-store" },
    body: { state, expires_at: expiresAt.toISOString(), options },
  };
};

export const addPasskey: Operation<"addPasskey"> = async (request) => {
  const { em, keys, principal, principals, body } = request;
  const occasion = occasionOf(request, principal);
  const passkey = await finishRegistration(em, keys, relyingParty(request), principals, body, occasion);
  return { status: 201, headers: { Location: `/api/passkeys/${passkey.id}` }, body: representPasskey(passkey) };
};

export const renamePasskey: Operation<"renamePasskey"> = async ({ em, principal, path, body }) => {
  const renamed = await own.renamePasskey(em, { userId: principal.userId, id: path.passkey_id, name: body.name });
  return { status: 200, body: representPasskey(renamed) };
};

export const deletePasskey: Operation<"deletePasskey"> = async (request) => {
  const { em, principal, path } = request;
  await own.deletePasskey(
    em,
    principal,
    { id: path.passkey_id },
    {
      ...occasionOf(request, principal),
      factorPolicy: request.secondFactor,
    },
  );
  return { status: 204 };
};

export const createPasskeySignInOptions: Operation<"createPasskeySignInOptions"> = async (request) => {
  const waiting = await waitingOf(request, request.body.sign_in_token);
  const { state, expiresAt, options } = await beginSignIn(request, { waiting });
  return {
    status: 200,
    headers: { "Cache-Control": "no-store" },
    body: { state, expires_at: expiresAt.toISOString(), is_secondary: waiting !== null, options },
  };
};

export const signInWithPasskey: Operation<"signInWithPasskey"> = async (request) => {
  const waiting = await waitingOf(request, request.body.sign_in_token);
  const forToken = waiting && { ...waiting, wanted: { ...waiting.wanted, kind: "token" as const } };
  const { user, method, issued } = await proveByPasskey(request, request.body, forToken);
  return issued === undefined ? signInForToken(request, user, [method]) : tokenIssued(user, issued);
};

export const getPasskeyEndpoints: Operation<"getPasskeyEndpoints"> = (request) => {
  relyingParty(request);
  const page = `${request.publicUrl}/#/security`;
  return { status: 200, headers: { "Cache-Control": "no-cache" }, body: { enroll: page, manage: page } };
};
