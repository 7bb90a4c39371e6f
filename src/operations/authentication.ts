import { authenticateAccount, registerAccount } from "../domain/accounts.ts";
import { RegistrationClosed } from "../domain/errors.ts";
import { csrfToken, issueSession, revokeSession, SESSION_LIFETIME_MS } from "../domain/sessions.ts";
import { issueToken, revokeToken } from "../domain/tokens.ts";
import type { User } from "../domain/user.ts";
import { localPath } from "./local-path.ts";
import type { Operation, Scope } from "./scope.ts";

/** The password and its repetition in the form are not the same. */
export class PasswordsDiffer extends Error {
  override readonly name = "PasswordsDiffer";
  override readonly message = "The two passwords are not the same.";
}

export const login: Operation<"login"> = async (request) => {
  const { em, passwords, body, signal } = request;
  return signIn(request, await authenticateAccount(em, passwords, body, signal));
};

export const register: Operation<"register"> = async (request) => {
  const { em, passwords, body, signal, now, minPasswordLength, registrationOpen } = request;
  if (!registrationOpen) throw new RegistrationClosed();
  if (body.password_confirm !== undefined && body.password_confirm !== body.password) throw new PasswordsDiffer();
  return signIn(request, await registerAccount(em, passwords, body, { now, minLength: minPasswordLength, signal }));
};

export const logout: Operation<"logout"> = async ({ em, principals, accepts, sessionCookie }) => {
  for (const { credential } of principals) {
    await (credential.kind === "token" ? revokeToken(em, credential.id) : revokeSession(em, credential.id));
  }
  const headers = { "Set-Cookie": sessionCookie.take() };
  if (prefersPages(accepts)) return { status: 303, headers: { Location: "/", ...headers } };
  return { status: 200, headers, body: { meta: { code: 200 }, response: {} } };
};

type SignInRequest = Scope & {
  readonly query: { readonly include_auth_token?: string; readonly next?: string };
  readonly body: { readonly remember?: boolean | string; readonly next?: string };
  accepts<M extends string>(...mediaTypes: readonly M[]): M | undefined;
};

/** Who asks for a token gets a token and no cookie; anybody else gets a session, and a browser's form the way back. */
async function signIn(request: SignInRequest, user: User) {
  const { em, keys, now, query, body, sessionCookie } = request;
  if (wantsToken(query.include_auth_token)) {
    const { token, entity } = await issueToken(em, keys, user, { name: "sign-in", now });
    return authenticated(user, csrfToken(keys, entity.id), { token });
  }
  const { session, entity } = await issueSession(em, keys, user, { now });
  const cookie = sessionCookie.give(session, body.remember ? SESSION_LIFETIME_MS / 1000 : undefined);
  if (!prefersPages(request.accepts)) return authenticated(user, csrfToken(keys, entity.id), { cookie });
  const location = localPath(body.next ?? query.next);
  return { status: 303, headers: { Location: location, "Set-Cookie": cookie } } as const;
}

function authenticated(user: User, csrf: string, given: { readonly token?: string; readonly cookie?: string }) {
  const { id, email } = user;
  return {
    status: 200,
    headers: { "Cache-Control": "no-store", ...(given.cookie && { "Set-Cookie": given.cookie }) },
    body: {
      meta: { code: 200 },
      response: {
        csrf_token: csrf,
        user: { id, email, ...(given.token && { authentication_token: given.token }) },
      },
    },
  } as const;
}

/** The flag counts when it is there, `?include_auth_token` alone included, unless its value says no. */
function wantsToken(flag: string | undefined): boolean {
  return flag !== undefined && flag !== "false" && flag !== "0";
}

/** A browser that opens a page or sends a form names HTML first; `fetch`, curl and clients do not. */
function prefersPages(accepts: (...mediaTypes: readonly string[]) => string | undefined): boolean {
  return accepts("application/json", "text/html") === "text/html";
}
