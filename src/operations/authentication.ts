import { addressOf, authenticateAccount } from "../domain/accounts/accounts.ts";
import * as own from "../domain/accounts/change-password.ts";
import { signOut } from "../domain/credentials/revoke.ts";
import { PasswordRefused } from "../domain/passwords/errors.ts";
import * as policy from "../domain/passwords/policy.ts";
import { endFamilyOf } from "../domain/refresh-tokens/families.ts";
import { normaliseEmail } from "../domain/users/email.ts";
import { mailingOf } from "./account-life/mailing.ts";
import { awaitsConfirmation, registerBy, requireOpenRegistration } from "./account-life/registration.ts";
import type { HandlerContext, Operation } from "./handler-context.ts";
import {
  attemptOf,
  givenBackWhenFull,
  passwordLeadsOn,
  passwordProves,
  requireConfirmed,
  withinAttempts,
} from "./steps/attempt.ts";
import { IdentityMissing, NewPasswordRefused } from "./steps/errors.ts";
import { occasionOf } from "./steps/occasion.ts";
import { requireRepeated } from "./steps/repeated-password.ts";
import { requireNarrowable, signInFor, signInForToken } from "./steps/sign-in.ts";
import { clearSiteData } from "./steps/sign-out.ts";
import { prefersPages, proved } from "./steps/signed-in-answer.ts";

export const login: Operation<"login"> = async (request) => {
  requireNarrowable(request);
  return signInFor(request, await provePassword(request), ["password"]);
};

export const signIn: Operation<"signIn"> = async (request) => {
  return signInForToken(request, await provePassword(request), ["password"]);
};

interface Identity {
  readonly email?: string;
  readonly username?: string;
}

/**
 * The address or the user name that a sign-in goes by. JSON Schema could demand one of two, but no generator's types could say so.
 *
 * @throws {IdentityMissing}
 */
function identityOf({ email, username }: Identity): string {
  const identity = email ?? username;
  if (identity === undefined) throw new IdentityMissing();
  return identity;
}

/**
 * The user whose address, or user name, and password the request has, within the limits of attempts.
 *
 * @throws {ConfirmationRequired} for the right password only: a stranger learns nothing of the account
 */
async function provePassword(
  request: HandlerContext & {
    readonly body: Identity & { readonly password: string };
  },
) {
  const { em, db, passwords, body } = request;
  const email = await addressOf(db, identityOf(body));
  const { user } = await withinAttempts(request, attemptOf(request, email), async (standing) => {
    const occasion = { ...occasionOf(request), passwordOpens: passwordLeadsOn(standing, db) };
    return { user: await authenticateAccount(em, passwords, { email, password: body.password }, occasion) };
  });
  requireConfirmed(request, user);
  return user;
}

export const register: Operation<"register"> = async (request) => {
  const { body, confirmation } = request;
  requireOpenRegistration(request);
  requireNarrowable(request);
  requireRepeated(body.password, body.password_confirm, "password_confirm");
  const user = await registerBy(request, confirmation === "required" ? mailingOf(request) : undefined);
  return user === null ? awaitsConfirmation(request) : signInFor(request, user, ["password"]);
};

export const ratePassword: Operation<"ratePassword"> = async (request) => {
  const { passwords, body, address, attempts, minPasswordLength: minLength, signal } = request;
  await attempts.rate(address);
  const email = normaliseEmail(body.email ?? "");
  const { score, reasons } = await policy.ratePassword(passwords, body.password, { email, minLength, signal });
  return {
    status: 200,
    headers: { "Cache-Control": "no-store" },
    body: { acceptable: reasons.length === 0, score, reasons: [...reasons] },
  };
};

export const logout: Operation<"logout"> = async (request) => {
  const { em, keys, principals, accepts, sessionCookie, refreshCookie } = request;
  for (const principal of principals) await signOut(em, principal, occasionOf(request, principal));
  if (refreshCookie.presented !== undefined) {
    await endFamilyOf(em, keys, refreshCookie.presented, occasionOf(request));
    refreshCookie.take();
  }
  const headers = { "Set-Cookie": sessionCookie.take(), ...clearSiteData(request) };
  if (prefersPages(accepts)) return { status: 303, headers: { Location: "/", ...headers } };
  return { status: 200, headers, body: { meta: { code: 200 }, response: {} } };
};

export const changePassword: Operation<"changePassword"> = async (request) => {
  const { em, passwords, keys, body, principal, principals, attempts, minPasswordLength } = request;
  requireRepeated(body.new_password, body.new_password_confirm, "new_password_confirm");
  const attempt = attemptOf(request, principal.email);
  const standing = await attempts.spend(attempt);
  const change = { principals, current: body.password, next: body.new_password };
  const trial = { ...occasionOf(request, principal), passwordOpens: passwordProves(standing) };
  const occasion = { ...trial, minLength: minPasswordLength };
  try {
    await givenBackWhenFull(
      () => own.changePassword(em, passwords, keys, change, occasion),
      () => attempts.giveBack(attempt, standing),
    );
  } catch (error) {
    if (!(error instanceof PasswordRefused)) throw error;
    // The current password was right: the attempt costs nothing.
    await attempts.succeed(attempt, standing);
    throw new NewPasswordRefused(error.reasons);
  }
  await attempts.succeed(attempt, standing);
  return proved(request);
};
