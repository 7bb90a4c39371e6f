import type { FactorStep } from "../../domain/credentials/authentication-method.ts";
import type { Issued } from "../../domain/credentials/credential.ts";
import { csrfToken } from "../../domain/credentials/text.ts";
import type { Principal } from "../../domain/principal.ts";
import { parseScopes, type Scope } from "../../domain/scope.ts";
import type { OfferedMethod } from "../../domain/second-factor/factor-repository.ts";
import type { User } from "../../domain/users/user.ts";
import type { HandlerContext } from "../handler-context.ts";
import { localPath } from "./local-path.ts";
import { sessionOf } from "./sign-out.ts";

/** Chooses the media type that the client likes best (RFC 9110 §12.5.1); undefined when it accepts none of them. */
export type Accepts = <M extends string>(...mediaTypes: readonly M[]) => M | undefined;

/** Whether the client is a browser that opens a page or sends a form: it names HTML first; `fetch`, curl and clients do not. */
export function prefersPages(accepts: Accepts): boolean {
  return accepts("application/json", "text/html") === "text/html";
}

/** The answer to a form in a browser: 303 to `location`, with the `Set-Cookie` of a session if there is a new one. */
export function seeOther(location: string, cookie?: string) {
  return { status: 303, headers: { Location: location, ...(cookie && { "Set-Cookie": cookie }) } } as const;
}

/** The lecture's envelope for a user who has proved a password: `csrf` belongs to the credential, `given` is what was issued. */
export function authenticated(
  { id, email }: Pick<User, "id" | "email">,
  csrf: string,
  given: { readonly token?: string; readonly cookie?: string; readonly refresh?: string | undefined } = {},
) {
  return {
    status: 200,
    headers: { "Cache-Control": "no-store", ...(given.cookie && { "Set-Cookie": given.cookie }) },
    body: {
      meta: { code: 200 },
      response: {
        csrf_token: csrf,
        user: {
          ...{ id, email },
          ...(given.token && { authentication_token: given.token }),
          ...(given.refresh && { refresh_token: given.refresh }),
        },
      },
    },
  } as const;
}

/** The first refresh token of a sign-in as a member of its answer; undefined where there is none, or a cookie has it. */
export function handOut(
  { refreshTokens, refreshCookie, lifetimes }: Pick<HandlerContext, "refreshTokens" | "refreshCookie" | "lifetimes">,
  { refresh }: Issued,
): string | undefined {
  if (refresh === undefined || refreshTokens !== "cookie") return refresh;
  refreshCookie.give(refresh, lifetimes.refreshFamilyMs);
  return undefined;
}

/** {@link authenticated} for a user who has just signed in: nothing more is required. */
export function signedIn(...of: Parameters<typeof authenticated>) {
  const { body, ...answer } = authenticated(...of);
  return { ...answer, body: { ...body, response: { ...body.response, tf_required: false } } } as const;
}

/** The lecture's envelope for a sign-in that waits for a second factor. */
export function factorMissing({
  csrf,
  step,
  methods,
  signInToken,
}: {
  csrf: string;
  step: FactorStep;
  methods: readonly OfferedMethod[];
  signInToken: string;
}) {
  const response = { csrf_token: csrf, tf_required: true, sign_in_token: signInToken, ...waitsFor(step, methods) };
  const headers: { "Cache-Control": string; "Set-Cookie"?: string } = { "Cache-Control": "no-store" };
  return { status: 200, headers, body: { meta: { code: 200 }, response } } as const;
}

/** The members that tell a client what a waiting sign-in waits for. */
interface WaitsFor {
  readonly tf_state?: "ready" | "setup_from_login";
  readonly tf_method?: OfferedMethod;
  readonly tf_primary_method?: OfferedMethod;
  readonly tf_signin_url?: "/wan-signin";
  readonly tf_select?: true;
  readonly tf_setup_methods?: OfferedMethod[];
}

/** What a sign-in waits for: a set-up, the only method of its user, or the choice of several. */
export function waitsFor(step: FactorStep, methods: readonly OfferedMethod[]): WaitsFor {
  if (step === "set-up") return { tf_state: "setup_from_login" };
  const [method] = methods;
  if (methods.length > 1 || method === undefined) return { tf_select: true, tf_setup_methods: [...methods] };
  return readyFor(method);
}

/** The state of a sign-in that waits for a factor of one kind. */
export function readyFor(method: OfferedMethod) {
  const url = method === "webauthn" ? { tf_signin_url: "/wan-signin" as const } : {};
  return { tf_state: "ready", tf_method: method, tf_primary_method: method, ...url } as const;
}

/** The answer to a signed-in user who has proved the password once more: a form is sent on, a client gets the envelope. */
export function proved({
  keys,
  accepts,
  body,
  principals,
}: Pick<HandlerContext, "keys"> & {
  readonly accepts: Accepts;
  readonly body: { readonly next?: string };
  readonly principals: readonly [Principal, ...Principal[]];
}) {
  if (prefersPages(accepts)) return seeOther(localPath(body.next));
  const { userId: id, email, credential } = sessionOf(principals) ?? principals[0];
  return authenticated({ id, email }, csrfToken(keys, credential.id));
}

/** A token of a user who has just signed in, for a typed client. */
export function tokenIssued({ id, email }: { readonly id: number; readonly email: string }, issued: Issued) {
  const { text, entity } = issued;
  const scopes = "scopes" in entity ? entity.scopes : null;
  return {
    status: 201,
    headers: { "Cache-Control": "no-store" },
    body: {
      id: entity.id,
      name: entity.name,
      created_at: entity.createdAt.toISOString(),
      expires_at: entity.expiresAt.toISOString(),
      scopes: typeof scopes === "string" ? (parseScopes(scopes) as Scope[]) : null,
      authentication_token: text,
      user: { id, email },
    },
  } as const;
}
