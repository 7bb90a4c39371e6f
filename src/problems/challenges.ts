import type { ProblemOptions } from "../contract/problem.ts";
import type { SecondFactorRequired } from "../operations/steps/errors.ts";

/** What finishes a sign-in that waits for its second factor. */
export function waitingSignIn({ missing }: SecondFactorRequired): ProblemOptions {
  const { signInToken, step, methods, available, expiresAt } = missing;
  const settable = step === "set-up" ? { available_methods: available } : {};
  return { members: { sign_in_token: signInToken, step, methods, ...settable, expires_at: expiresAt.toISOString() } };
}

/** The challenge of an operation that looks for credentials itself, because it lets a sign-in that waits pass. */
export function notSignedIn(): ProblemOptions {
  return { headers: { "WWW-Authenticate": CHALLENGE } };
}

const CHALLENGE = 'Bearer realm="kudos"';

/** The same, where it is too long ago that the user has authenticated (RFC 9470 §3). */
export function notFresh(): ProblemOptions {
  const error = 'error="insufficient_user_authentication", acr_values="urn:kudos:acr:every-factor", max_age="86400"';
  return { reauthRequired: true, headers: { "WWW-Authenticate": `${CHALLENGE}, ${error}` } };
}

/** The challenge of a credential that has been revoked while the request was served (RFC 6750 §3.1). */
export function invalidToken(): ProblemOptions {
  return { headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' } };
}
