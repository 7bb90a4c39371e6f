import { authenticateAccount, registerAccount } from "../domain/accounts/accounts.ts";
import * as own from "../domain/accounts/change-password.ts";
import { RegistrationClosed } from "../domain/accounts/errors.ts";
import { signOut } from "../domain/credentials/revoke.ts";
import { csrfToken } from "../domain/credentials/text.ts";
import { PasswordRefused } from "../domain/passwords/errors.ts";
import type { Principal } from "../domain/principal.ts";
import type { Operation } from "./handler-context.ts";
import { attemptOf, givenBackWhenFull } from "./steps/attempt.ts";
import { localPath } from "./steps/local-path.ts";
import { occasionOf } from "./steps/occasion.ts";
import {
  authenticated,
  prefersPages,
  requireNarrowable,
  type SignInRequest,
  seeOther,
  signIn,
} from "./steps/sign-in.ts";

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
  const user = await givenBackWhenFull(
    () => authenticateAccount(em, passwords, body, occasionOf(request)),
    () => attempts.giveBack(attempt),
  );
  await attempts.succeed(attempt);
  return signIn(request, user);
};

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
  return signIn(request, user);
};

export const logout: Operation<"logout"> = async (request) => {
  const { em, principals, accepts, sessionCookie, forgets } = request;
  for (const principal of principals) await signOut(em, principal, occasionOf(request, principal));
  const headers = { "Set-Cookie": sessionCookie.take(), ...(forgets && { "Clear-Site-Data": LEFT_BEHIND }) };
  if (prefersPages(accepts)) return { status: 303, headers: { Location: "/", ...headers } };
  return { status: 200, headers, body: { meta: { code: 200 }, response: {} } };
};

export const verifyPassword: Operation<"verifyPassword"> = async (request) => {
  const { em, passwords, body, principal, principals, attempts } = request;
  const attempt = attemptOf(request, principal.email);
  await attempts.spend(attempt);
  await givenBackWhenFull(
    () => own.verifyPassword(em, passwords, { principals, password: body.password }, occasionOf(request, principal)),
    () => attempts.giveBack(attempt),
  );
  await attempts.succeed(attempt);
  return proved(request, principals);
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
    // The current password was right.
    await attempts.succeed(attempt);
    throw new NewPasswordRefused(error.reasons);
  }
  await attempts.succeed(attempt);
  return proved(request, principals);
};

/**
 * What a browser is to forget when somebody signs out (Clear Site Data, W3C): what it kept of answers, and what pages
 * stored, the lecture's token among it. Cookies are not: the one that knows the device is to stay.
 */
export const LEFT_BEHIND = '"cache", "storage"';

/** A page is sent on; anybody else is told that the credential is good, and the CSRF token of the session if there is one. */
function proved(
  { keys, accepts, body }: Pick<SignInRequest, "keys" | "accepts" | "body">,
  principals: readonly [Principal, ...Principal[]],
) {
  if (prefersPages(accepts)) return seeOther(localPath(body.next));
  const { userId: id, email, credential } = sessionOf(principals) ?? principals[0];
  return authenticated({ id, email }, csrfToken(keys, credential.id));
}

/** The one of these principals that came by cookie. */
export function sessionOf(principals: readonly Principal[]): Principal | undefined {
  return principals.find(({ credential }) => credential.kind === "session");
}

function requireRepeated(password: string, repeated: string | undefined, field: string): void {
  if (repeated !== undefined && repeated !== password) throw new PasswordsDiffer(field);
}
