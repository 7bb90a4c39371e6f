import { csrfToken } from "../../domain/credentials/text.ts";
import type { Principal } from "../../domain/principal.ts";
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
  given: { readonly token?: string; readonly cookie?: string } = {},
) {
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
