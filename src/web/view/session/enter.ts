import type { components } from "../../../../generated/openapi.ts";
import { contentOf, Failure } from "../api/failure.ts";
import type { Session } from "./session.ts";

/** The fields of the form for signing in or registering. */
export interface Entry {
  readonly email: string;
  readonly password: string;
  /** Whether the sign-in is to outlive the browser. */
  readonly keep: boolean;
}

/** Signs in, or registers, which settles the open question. Throws a {@link Failure}. */
export async function enter(
  session: Session,
  kind: "sign-in" | "register",
  { email, password, keep }: Entry,
  signal: AbortSignal,
): Promise<void> {
  const { api } = session;
  const credentials = "same-origin";
  if (kind === "sign-in") {
    const call = { body: { email, password }, credentials, signal } as const;
    return enterWith(session, await contentOf(api.POST("/api/sign_in", call)), keep);
  }
  const params = { query: { include_auth_token: "true" } };
  const call = { params, body: { email, password }, credentials, signal } as const;
  const { user } = (await contentOf(api.POST("/register", call))).response;
  if (user.authentication_token === undefined) throw new Failure({ status: 500, message: "The server gave no token." });
  return enterWith(session, { authentication_token: user.authentication_token, user }, keep);
}

type Signed = Pick<components["schemas"]["SignedInToken"], "authentication_token" | "user">;

/** Takes the token of a sign-in, which settles the open question. */
export async function enterWith(
  session: Session,
  { authentication_token, user }: Signed,
  keep: boolean,
): Promise<void> {
  const { held } = session;
  // One browser, one person: the session of another person would speak for that one on the pages that the server draws.
  if (held.cookie !== null && held.cookie.email !== user.email) {
    await held.end(null, "same-origin").catch(() => {});
    held.cookie = null;
  }
  held.keep({ token: authentication_token, session: null, persistent: keep });
  session.state = { kind: "signed-in", email: user.email };
  session.questions.settle();
}

/** Proves by the password that the person is still the same, which settles the open question. Throws a {@link Failure}. */
export async function prove({ api, credentials, questions }: Session, password: string): Promise<void> {
  await contentOf(api.POST("/verify", { body: { password }, credentials }));
  questions.settle();
}
