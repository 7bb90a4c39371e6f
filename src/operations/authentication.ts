import { signOut } from "../domain/access.ts";
import { authenticateAccount, normaliseEmail, registerAccount } from "../domain/accounts.ts";
import type { Attempt } from "../domain/attempts.ts";
import { PasswordRefused, RegistrationClosed } from "../domain/errors.ts";
import * as own from "../domain/own-password.ts";
import type { Principal } from "../domain/principal.ts";
import { csrfToken } from "../domain/sessions.ts";
import { localPath } from "./local-path.ts";
import { occasionOf } from "./occasion.ts";
import type { Operation, Scope } from "./scope.ts";
import { authenticated, prefersPages, requireNarrowable, type SignInRequest, seeOther, signIn } from "./sign-in.ts";

/** The password and its repetition in the form are not the same. */
export class PasswordsDiffer extends Error {
  override readonly name = "PasswordsDiffer";
  override readonly message = "The two passwords are not the same.";
  /** The field of the repetition. */
  readonly field: string;

  constructor(field: string) {
    super();
    this.field = field;
  }
}

/** The password that is to take the place of the current one breaks the policy. */
export class NewPasswordRefused extends PasswordRefused {}

export const login: Operation<"login"> = async (request) => {
  const { em, passwords, body, attempts } = request;
  requireNarrowable(request);
  const attempt = attemptOf(request, body.email);
  await attempts.spend(attempt);
  const user = await authenticateAccount(em, passwords, body, occasionOf(request));
  await attempts.succeed(attempt);
  return signIn(request, user);
};

export const register: Operation<"register"> = async (request) => {
  const { em, passwords, body, origin, attempts, minPasswordLength, registrationOpen } = request;
  if (!registrationOpen) throw new RegistrationClosed();
  requireNarrowable(request);
  requireRepeated(body.password, body.password_confirm, "password_confirm");
  await attempts.register(origin.address ?? "");
  const occasion = { ...occasionOf(request), minLength: minPasswordLength };
  return signIn(request, await registerAccount(em, passwords, body, occasion));
};

export const logout: Operation<"logout"> = async (request) => {
  const { em, principals, accepts, sessionCookie } = request;
  for (const principal of principals) await signOut(em, principal, occasionOf(request, principal));
  const headers = { "Set-Cookie": sessionCookie.take(), "Clear-Site-Data": LEFT_BEHIND };
  if (prefersPages(accepts)) return { status: 303, headers: { Location: "/", ...headers } };
  return { status: 200, headers, body: { meta: { code: 200 }, response: {} } };
};

export const verifyPassword: Operation<"verifyPassword"> = async (request) => {
  const { em, passwords, body, principal, attempts } = request;
  const attempt = attemptOf(request, principal.email);
  await attempts.spend(attempt);
  await own.verifyPassword(em, passwords, { principal, password: body.password }, occasionOf(request, principal));
  await attempts.succeed(attempt);
  return proved(request, principal);
};

export const changePassword: Operation<"changePassword"> = async (request) => {
  const { em, passwords, keys, body, principal, attempts, minPasswordLength } = request;
  requireRepeated(body.new_password, body.new_password_confirm, "new_password_confirm");
  const attempt = attemptOf(request, principal.email);
  await attempts.spend(attempt);
  const change = { principal, current: body.password, next: body.new_password };
  const occasion = { ...occasionOf(request, principal), minLength: minPasswordLength };
  try {
    await own.changePassword(em, passwords, keys, change, occasion);
  } catch (error) {
    if (!(error instanceof PasswordRefused)) throw error;
    // The current password was right.
    await attempts.succeed(attempt);
    throw new NewPasswordRefused(error.reasons);
  }
  await attempts.succeed(attempt);
  return proved(request, principal);
};

/**
 * What a browser is to forget when somebody signs out (Clear Site Data, W3C): what it kept of answers, and what pages
 * stored, the lecture's token among it. Cookies are not: the one that knows the device is to stay.
 */
export const LEFT_BEHIND = '"cache", "storage"';

/** A page is sent on; anybody else is told that the credential is good, and its CSRF token. */
function proved({ keys, accepts, body }: Pick<SignInRequest, "keys" | "accepts" | "body">, principal: Principal) {
  if (prefersPages(accepts)) return seeOther(localPath(body.next));
  const { userId: id, email, credential } = principal;
  return authenticated({ id, email }, csrfToken(keys, credential.id));
}

/** An attempt at an account's password, from this client. */
function attemptOf({ origin, deviceCookie }: Pick<Scope, "origin" | "deviceCookie">, email: string): Attempt {
  const account = normaliseEmail(email);
  return { account, address: origin.address ?? "", device: deviceCookie.idFor(account) };
}

function requireRepeated(password: string, repeated: string | undefined, field: string): void {
  if (repeated !== undefined && repeated !== password) throw new PasswordsDiffer(field);
}
