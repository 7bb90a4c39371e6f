import type { BegunSetUp } from "../../domain/second-factor/set-up.ts";
import { ISSUER } from "../../domain/second-factor/totp.ts";
import { qrCode } from "../../web/pages/second-factor/qr-code.ts";

/** A set-up that has begun, for a typed client. */
export function representSetUp({ state, secret, uri, expiresAt }: BegunSetUp) {
  return {
    status: 201,
    headers: { "Cache-Control": "no-store" },
    body: {
      set_up_token: state,
      method: "authenticator",
      secret,
      uri,
      qr_svg: qrCode(uri),
      expires_at: expiresAt.toISOString(),
    },
  } as const;
}

/** The same in the lecture's envelope; `state` is null where the credential alone finishes the set-up. */
export function envelopeSetUp({ secret, uri }: BegunSetUp, email: string, state: string | null) {
  return {
    tf_state: "validating_profile",
    tf_method: "authenticator",
    tf_primary_method: "authenticator",
    tf_state_token: state,
    tf_authr_key: (secret.match(/.{1,4}/g) ?? []).join("-"),
    tf_authr_b32key: secret,
    tf_authr_username: email,
    tf_authr_issuer: ISSUER,
    tf_authr_uri: uri,
    tf_authr_qr: qrCode(uri),
  } as const;
}
