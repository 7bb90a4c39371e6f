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
  const { api, held } = session;
  const call = { params: { query: { include_auth_token: "true" } }, body: { email, password } } as const;
  const how = { ...call, credentials: "same-origin", signal } as const;
  const { response } = await contentOf(kind === "register" ? api.POST("/register", how) : api.POST("/login", how));
  const { user } = response;
  if (user.authentication_token === undefined) throw new Failure({ status: 500, message: "The server gave no token." });
  // One browser, one person: the session of another person would speak for that one on the pages that the server draws.
  if (held.cookie !== null && held.cookie.email !== user.email) {
    await held.end(null, "same-origin").catch(() => {});
    held.cookie = null;
  }
  held.keep({ token: user.authentication_token, session: null, persistent: keep });
  session.state = { kind: "signed-in", email: user.email };
  session.questions.settle();
}

/** Proves by the password that the person is still the same, which settles the open question. Throws a {@link Failure}. */
export async function prove({ api, credentials, questions }: Session, password: string): Promise<void> {
  await contentOf(api.POST("/verify", { body: { password }, credentials }));
  questions.settle();
}
