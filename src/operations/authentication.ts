import { authenticateAccount, registerAccount } from "../domain/accounts/accounts.ts";
import * as own from "../domain/accounts/change-password.ts";
import { RegistrationClosed } from "../domain/accounts/errors.ts";
import { signOut } from "../domain/credentials/revoke.ts";
import { PasswordRefused } from "../domain/passwords/errors.ts";
import { proveCode } from "../domain/second-factor/codes.ts";
import { verifyAgain, verifyCode } from "../domain/second-factor/verify.ts";
import type { HandlerContext, Operation } from "./handler-context.ts";
import { attemptOf, givenBackWhenFull } from "./steps/attempt.ts";
import { NewPasswordRefused, PasswordsDiffer } from "./steps/errors.ts";
import { occasionOf } from "./steps/occasion.ts";
import { representToken } from "./steps/second-factor-answers.ts";
import { requireNarrowable, signInFor, signInForToken } from "./steps/sign-in.ts";
import { clearSiteData } from "./steps/sign-out.ts";
import { prefersPages, proved } from "./steps/signed-in-answer.ts";
import { withinCodeLimit } from "./steps/waiting.ts";

export const login: Operation<"login"> = async (request) => {
  requireNarrowable(request);
  return signInFor(request, await provePassword(request), ["password"]);
};

export const signIn: Operation<"signIn"> = async (request) => {
  const user = await provePassword(request);
  return representToken(user, await signInForToken(request, user, ["password"]));
};

/** The user whose address and password the request has, within the limits of attempts. */
async function provePassword(
  request: HandlerContext & { readonly body: { readonly email: string; readonly password: string } },
) {
  const { em, passwords, body, attempts } = request;
  const attempt = attemptOf(request, body.email);
  await attempts.spend(attempt);
  const user = await givenBackWhenFull(
    () => authenticateAccount(em, passwords, body, occasionOf(request)),
    () => attempts.giveBack(attempt),
  );
  await attempts.succeed(attempt);
  return user;
}

export const register: Operation<"register"> = async (request) => {
  const { em, passwords, body, address, attempts, minPasswordLength, registrationOpen } = request;
  if (!registrationOpen) throw new RegistrationClosed();
  requireNarrowable(request);
  requireRepeated(body.password, body.password_confirm, "password_confirm");
  await attempts.register(address);
  const occasion = { ...occasionOf(request), minLength: minPasswordLength };
  const user = await givenBackWhenFull(
    () => registerAccount(em, passwords, body, occasion),
    () => attempts.giveBackRegistration(address),
  );
  await attempts.welcome(attemptOf(request, user.email));
  return signInFor(request, user, ["password"]);
};

export const logout: Operation<"logout"> = async (request) => {
  const { em, principals, accepts, sessionCookie } = request;
  for (const principal of principals) await signOut(em, principal, occasionOf(request, principal));
  const headers = { "Set-Cookie": sessionCookie.take(), ...clearSiteData(request) };
  if (prefersPages(accepts)) return { status: 303, headers: { Location: "/", ...headers } };
  return { status: 200, headers, body: { meta: { code: 200 }, response: {} } };
};

export const verifyPassword: Operation<"verifyPassword"> = async (request) => {
  const { em, passwords, keys, body, principal, principals, attempts } = request;
  const { userId, email } = principal;
  const attempt = attemptOf(request, email);
  await attempts.spend(attempt);
  const given = body.code?.trim() ?? "";
  const code = given === "" ? null : proveCode(keys, { userId, code: given, kind: "authenticator" });
  const verify = () =>
    givenBackWhenFull(
      () => verifyAgain(em, passwords, { principals, password: body.password, code }, occasionOf(request, principal)),
      () => attempts.giveBack(attempt),
    );
  await (code === null ? verify() : withinCodeLimit(request, { id: userId, email }, verify));
  await attempts.succeed(attempt);
  return proved(request);
};

export const verifyPasscode: Operation<"verifyPasscode"> = async (request) => {
  const { em, passwords, keys, body, principal, principals, attempts } = request;
  const { userId, email } = principal;
  if (/^\s*(?:\d[\s-]*){6}$/.test(body.passcode) && principal.hasFactor) {
    const code = proveCode(keys, { userId, code: body.passcode, kind: "authenticator" });
    const occasion = occasionOf(request, principal);
    await withinCodeLimit(request, { id: userId, email }, () => verifyCode(em, { principals, code }, occasion));
    return proved(request);
  }
  const attempt = attemptOf(request, email);
  await attempts.spend(attempt);
  const given = { principals, password: body.passcode, code: null };
  await givenBackWhenFull(
    () => verifyAgain(em, passwords, given, occasionOf(request, principal)),
    () => attempts.giveBack(attempt),
  );
  await attempts.succeed(attempt);
  return proved(request);
};

export const changePassword: Operation<"changePassword"> = async (request) => {
  const { em, passwords, keys, body, principal, principals, attempts, minPasswordLength } = request;
  requireRepeated(body.new_password, body.new_password_confirm, "new_password_confirm");
  const attempt = attemptOf(request, principal.email);
  await attempts.spend(attempt);
  const change = { principals, current: body.password, next: body.new_password };
  const occasion = { ...occasionOf(request, principal), minLength: minPasswordLength };
  try {
    await givenBackWhenFull(
      () => own.changePassword(em, passwords, keys, change, occasion),
      () => attempts.giveBack(attempt),
    );
  } catch (error) {
    if (!(error instanceof PasswordRefused)) throw error;
    // The current password was right: the attempt costs nothing.
    await attempts.succeed(attempt);
    throw new NewPasswordRefused(error.reasons);
  }
  await attempts.succeed(attempt);
  return proved(request);
};

/** Holds the repetition of a password, where a form sent one, to the password. Throws {@link PasswordsDiffer}. */
function requireRepeated(password: string, repeated: string | undefined, field: string): void {
  if (repeated !== undefined && repeated !== password) throw new PasswordsDiffer(field);
}
