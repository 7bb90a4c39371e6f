import type { components } from "../../../../generated/openapi.ts";
import { answerOf, contentOf, failureOf } from "../api/failure.ts";
import type { Session } from "./session.ts";

/** The fields of the form for signing in or registering. */
export interface Entry {
  readonly email: string;
  readonly password: string;
  /** Whether the sign-in is to outlive the browser. */
  readonly keep: boolean;
}

/** A sign-in whose password was right, and which waits for a code, or for a second factor to be set up. */
export type WaitingSignIn = Pick<
  components["schemas"]["SecondFactorRequiredProblem"],
  "sign_in_token" | "step" | "methods" | "available_methods" | "expires_at"
>;

/** How far a sign-in or a registration has come. */
export type Entered =
  | { readonly kind: "in" }
  | { readonly kind: "waiting"; readonly waiting: WaitingSignIn }
  /** The account is made, and its address has to be confirmed by the code of a mail. */
  | { readonly kind: "unconfirmed"; readonly request: string };

/** Signs in, which settles the open question, unless more is asked. Throws a {@link Failure}. */
export async function enter(session: Session, { email, password, keep }: Entry, signal: AbortSignal): Promise<Entered> {
  const call = { body: { email, password }, credentials: "same-origin", signal } as const;
  return enterBy(session, await answerOf(session.api.POST("/api/sign_in", call)), keep);
}

/** Makes an account and signs in to it, which settles the open question, unless more is asked. Throws a {@link Failure}. */
export async function register(
  session: Session,
  { email, password, keep }: Entry,
  signal: AbortSignal,
): Promise<Entered> {
  const call = { body: { email, password }, credentials: "same-origin", signal } as const;
  const { data, error, response } = await answerOf(session.api.POST("/api/sign_up", call));
  if (data !== undefined && "request" in data) return { kind: "unconfirmed", request: data.request };
  return enterBy(session, { response, ...(data && { data }), ...(error && { error }) }, keep);
}

/** An answer that ends a sign-in or says what is missing. */
interface SignInAnswer {
  readonly data?: Signed;
  readonly error?: { readonly type?: string };
  readonly response: Response;
}

/** Goes on as the answer to a sign-in says: by its token, which settles the open question, or by what is missing. Throws a {@link Failure}. */
export async function enterBy(
  session: Session,
  { data, error, response }: SignInAnswer,
  keep: boolean,
): Promise<Entered> {
  if (waits(error)) return { kind: "waiting", waiting: error };
  if (data === undefined) throw failureOf(response, error);
  await takeToken(session, data, keep);
  return { kind: "in" };
}

/** Whether a refusal is that of a sign-in that waits for its second factor. */
function waits(
  error: { readonly type?: string } | undefined,
): error is components["schemas"]["SecondFactorRequiredProblem"] {
  return error?.type === "urn:kudos:problem:second-factor-required";
}

/** A code of the second factor: one of the authenticator, or a recovery code. */
export type FactorCode = { readonly code: string } | { readonly recovery_code: string };

/** Finishes a sign-in by a code, which settles the open question. Throws a {@link Failure}. */
export async function finishEntering(
  session: Session,
  { sign_in_token }: WaitingSignIn,
  code: FactorCode,
  keep: boolean,
  signal: AbortSignal,
): Promise<void> {
  const call = { body: { sign_in_token, ...code }, credentials: "same-origin", signal } as const;
  await takeToken(session, await contentOf(session.api.POST("/api/sign_in/second_factor", call)), keep);
}

/** Has one more code sent for a sign-in that waits. Throws a {@link Failure}. */
export async function sendFactorCode({ api }: Session, { sign_in_token }: WaitingSignIn): Promise<void> {
  await contentOf(api.POST("/api/sign_in/second_factor/code", { body: { sign_in_token } }));
}

/** Has a code of the second factor sent to who is signed in, for {@link prove}. Throws a {@link Failure}. */
export async function sendProofCode({ api, credentials }: Session): Promise<void> {
  await contentOf(api.POST("/us-verify/send-code", { body: {}, credentials }));
}

type Signed = Pick<components["schemas"]["SignedInToken"], "authentication_token" | "user">;

/** Takes the token of a sign-in, which settles the open question. */
async function takeToken(session: Session, { authentication_token, user }: Signed, keep: boolean): Promise<void> {
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

/**
 * Proves that the person is still the same, by the password and, where it is asked for, a code of the second factor, which settles
 * the open question. Throws a {@link Failure}.
 */
export async function prove(
  { api, credentials, questions }: Session,
  { password, code }: { readonly password: string; readonly code: string },
): Promise<void> {
  await contentOf(api.POST("/verify", { body: { password, ...(code !== "" && { code }) }, credentials }));
  questions.settle();
}
