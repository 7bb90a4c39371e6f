import { introspectToken as introspect } from "../../domain/jwt/introspect.ts";
import { revokePresented } from "../../domain/jwt/revoke-presented.ts";
import { endFamilyOf } from "../../domain/refresh-tokens/families.ts";
import type { Operation } from "../handler-context.ts";
import { occasionOf } from "../steps/occasion.ts";
import { keyStoreOf } from "./issuer.ts";

const NO_STORE = { "Cache-Control": "no-store" } as const;

export const introspectToken: Operation<"introspectToken"> = async (request) => {
  const { principal, body, lifetimes, publicUrl } = request;
  const asked = { caller: principal, token: body.token };
  const found = await introspect(keyStoreOf(request), publicUrl, asked, lifetimes);
  if (found === null) return { status: 200, headers: NO_STORE, body: { active: false } };
  const { iss, sub, aud, exp, iat, jti, scope, auth_time, amr, acr, sid, rev } = found;
  return {
    status: 200,
    headers: NO_STORE,
    body: {
      active: true,
      token_type: "Bearer",
      sub,
      exp,
      iat,
      client_id: "kudos",
      auth_time,
      amr: [...amr],
      sid,
      ...given({ iss, aud, jti, scope, rev }),
      ...(acr !== undefined && { acr: "urn:kudos:acr:two-factor" }),
    },
  };
};

export const revokePresentedToken: Operation<"revokePresentedToken"> = async (request) => {
  const { em, keys, body, lifetimes, publicUrl } = request;
  const presented = { issuer: publicUrl, token: body.token, lifetimes };
  await revokePresented(em, keyStoreOf(request), presented, occasionOf(request));
  await endFamilyOf(em, keys, body.token, occasionOf(request));
  return { status: 200, headers: NO_STORE };
};

/** The members that have a value. */
function given<Members extends object>(members: Members): { [Name in keyof Members]?: NonNullable<Members[Name]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
