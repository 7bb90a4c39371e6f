import { ISSUER } from "../../domain/second-factor/totp.ts";
import { qrCode } from "../../web/pages/second-factor/qr-code.ts";
import type { Begun } from "./proof.ts";

/** A set-up that has begun, for a typed client. */
export function representSetUp({ state, method, authenticator, sentTo, expiresAt }: Begun) {
  return {
    status: 201,
    headers: { "Cache-Control": "no-store" },
    body: {
      set_up_token: state,
      method,
      ...(authenticator && { ...authenticator, qr_svg: qrCode(authenticator.uri) }),
      ...(sentTo !== null && { sent_to: sentTo }),
      expires_at: expiresAt.toISOString(),
    },
  } as const;
}

/** The same in the lecture's envelope; `state` is null where the credential alone finishes the set-up. */
export function envelopeSetUp({ method, authenticator }: Begun, email: string, state: string | null) {
  return {
    tf_state: "validating_profile",
    tf_method: method,
    tf_primary_method: method,
    tf_state_token: state,
    ...(authenticator && envelopeAuthenticator(authenticator, email)),
  } as const;
}

function envelopeAuthenticator({ secret, uri }: NonNullable<Begun["authenticator"]>, email: string) {
  return {
    tf_authr_key: (secret.match(/.{1,4}/g) ?? []).join("-"),
    tf_authr_b32key: secret,
    tf_authr_username: email,
    tf_authr_issuer: ISSUER,
    tf_authr_uri: uri,
    tf_authr_qr: qrCode(uri),
  };
}
