import type { Occasion } from "../../domain/audit-trail/audit-trail.ts";
import type { CredentialKind, Principal } from "../../domain/principal.ts";
import { familyBeginner } from "../../domain/refresh-tokens/begin-family.ts";
import type { IssueLifetimes } from "../../domain/second-factor/finish-sign-in.ts";
import type { User } from "../../domain/users/user.ts";
import type { HandlerContext } from "../handler-context.ts";

/** The occasion of the changes that a request makes; its actor is the principal, or `anonymous` without one. */
export function occasionOf(
  {
    now,
    address,
    tell,
    changed,
    signal,
    notify,
  }: Pick<HandlerContext, "now" | "address" | "tell" | "changed" | "signal" | "notify">,
  principal: Principal | null = null,
): Occasion {
  return { now, actor: principal ? `user:${principal.userId}` : "anonymous", address, tell, changed, signal, notify };
}

/**
 * The occasion of a sign-in. The owner is told of a session in a browser that is new to the account, but not of the one that has just made
 * it; and not of tokens, since programs make them in each of their runs.
 */
export function signInOccasion(
  request: HandlerContext,
  { email, createdAt }: Pick<User, "email" | "createdAt">,
  kind: CredentialKind,
): Occasion {
  const isNews =
    kind === "session" && request.deviceCookie.idFor(email) === null && createdAt.getTime() !== request.now.getTime();
  return { ...occasionOf(request), ...(!isNews && { notify: undefined }) };
}

/** What a sign-in with the flag, or for a session, is issued by: with a token come refresh tokens where the server gives any. */
export function issueRules({
  keys,
  lifetimes,
  refreshTokens,
}: Pick<HandlerContext, "keys" | "lifetimes" | "refreshTokens">): IssueLifetimes {
  if (refreshTokens === "off") return lifetimes;
  const { refreshedTokenMs: tokenMs, refreshFamilyMs, sessionMs } = lifetimes;
  return { tokenMs, sessionMs, beginFamily: familyBeginner(keys, refreshFamilyMs) };
}
