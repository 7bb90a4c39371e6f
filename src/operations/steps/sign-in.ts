import { authenticateCredential } from "../../domain/credentials/authenticate.ts";
import type { AuthenticationMethod } from "../../domain/credentials/authentication-method.ts";
import type { Issued } from "../../domain/credentials/credential.ts";
import { SecondFactorMissing } from "../../domain/credentials/errors.ts";
import { issueCredential } from "../../domain/credentials/issue.ts";
import { signOut } from "../../domain/credentials/revoke.ts";
import { csrfToken } from "../../domain/credentials/text.ts";
import { issueOf } from "../../domain/second-factor/finish-sign-in.ts";
import type { WantedSignIn } from "../../domain/second-factor/waiting-sign-in.ts";
import type { User } from "../../domain/users/user.ts";
import type { HandlerContext } from "../handler-context.ts";
import { saysYes } from "./checkbox.ts";
import { SecondFactorRequired, SessionNotNarrowed } from "./errors.ts";
import { letWait } from "./factor-codes.ts";
import { localPath } from "./local-path.ts";
import { issueRules, occasionOf, signInOccasion } from "./occasion.ts";
import {
  type Accepts,
  type authenticated,
  factorMissing,
  handOut,
  prefersPages,
  seeOther,
  signedIn,
  tokenIssued,
} from "./signed-in-answer.ts";

/** A request to sign in: what `login` and `register` have in common. */
export type SignInRequest = HandlerContext & {
  readonly query: { readonly include_auth_token?: string; readonly next?: string };
  readonly body: {
    readonly remember?: boolean | string;
    readonly next?: string;
    readonly token_name?: string;
    readonly scopes?: readonly string[];
  };
  readonly accepts: Accepts;
};

/**
 * Refuses a request for scopes that does not ask for a token: its session would be good for more than was asked for.
 *
 * @throws {SessionNotNarrowed}
 */
export function requireNarrowable({ query, body }: Pick<SignInRequest, "query" | "body">): void {
  if (body.scopes !== undefined && !wantsToken(query.include_auth_token)) throw new SessionNotNarrowed();
}

/**
 * Signs in a user, and answers. A request for a token gets a token and no cookie; any other request gets a session, in the envelope for a
 * client, or with a redirect to `next` for a browser's form. Where the account asks for more than the methods, the sign-in waits for a
 * second factor, and the answer says so.
 *
 * @param methods the ways in which the user has authenticated with this request, and with those before it that belong to the sign-in
 */
export async function signInFor(request: SignInRequest, user: User, methods: readonly AuthenticationMethod[]) {
  const { em, keys, body, query, accepts } = request;
  const wanted = wantedBy(request, wantsToken(query.include_auth_token) ? "token" : "session", {
    persistent: saysYes(body.remember),
    next: localPath(body.next || query.next),
  });
  try {
    const issue = { ...issueOf(wanted, issueRules(request), methods), factorPolicy: request.secondFactor };
    const occasion = signInOccasion(request, user, wanted.kind);
    const issued = await issueCredential(em, keys, wanted.kind, user, issue, occasion);
    return await answerSignedIn(request, { user, wanted, issued }, signedIn);
  } catch (error) {
    if (!(error instanceof SecondFactorMissing)) throw error;
    const begun = { methods, wanted, step: error.step };
    const { text, waiting, methods: found } = await letWait(request, user, begun);
    request.signInCookie.give(text);
    if (wanted.kind === "session" && prefersPages(accepts)) {
      return seeOther(error.step === "factor" ? "/tf-validate" : "/tf-setup");
    }
    const csrf = csrfToken(keys, waiting.id);
    return factorMissing({ csrf, step: error.step, methods: found, signInToken: text });
  }
}

/** Signs in a user for a token without cookies, and answers with it and its row. Throws {@link SecondFactorRequired} where the sign-in has to wait for a second factor. */
export async function signInForToken(
  request: HandlerContext & { readonly body: Pick<SignInRequest["body"], "token_name" | "scopes"> },
  user: User,
  methods: readonly AuthenticationMethod[],
) {
  const { em, keys } = request;
  const wanted = wantedBy(request, "token", { persistent: false, next: "/" });
  try {
    const issue = { ...issueOf(wanted, request.lifetimes, methods), factorPolicy: request.secondFactor };
    const issued = await issueCredential(em, keys, "token", user, issue, signInOccasion(request, user, "token"));
    return tokenIssued(user, issued);
  } catch (error) {
    if (!(error instanceof SecondFactorMissing)) throw error;
    const { step } = error;
    const { text, waiting, ...found } = await letWait(request, user, { methods, wanted, step });
    throw new SecondFactorRequired({ signInToken: text, step, ...found, expiresAt: waiting.expiresAt });
  }
}

/**
 * The answer to a sign-in that has ended with a credential.
 *
 * @param envelope writes it for a client
 */
export async function answerSignedIn<Answer>(
  request: HandlerContext & { readonly accepts: Accepts },
  { user, wanted, issued }: { user: Pick<User, "id" | "email">; wanted: WantedSignIn; issued: Issued },
  envelope: (...of: Parameters<typeof authenticated>) => Answer,
) {
  const { keys, sessionCookie, deviceCookie, lifetimes, accepts } = request;
  const { text, entity } = issued;
  const csrf = csrfToken(keys, entity.id);
  if (wanted.kind === "token") return envelope(user, csrf, { token: text, refresh: handOut(request, issued) });
  await endPreviousSession(request);
  const cookie = sessionCookie.give(text, wanted.persistent ? Math.floor(lifetimes.sessionMs / 1000) : undefined);
  deviceCookie.remember(user.email);
  if (!prefersPages(accepts)) return envelope(user, csrf, { cookie });
  return seeOther(wanted.next, cookie);
}

function wantedBy(
  { body, deviceName }: HandlerContext & { readonly body: Pick<SignInRequest["body"], "token_name" | "scopes"> },
  kind: WantedSignIn["kind"],
  rest: Pick<WantedSignIn, "persistent" | "next">,
): WantedSignIn {
  if (kind === "session") return { kind, name: deviceName, scopes: null, ...rest };
  return { kind, name: body.token_name?.trim() || deviceName, scopes: body.scopes ?? null, ...rest };
}

/** Ends the session that the browser has had so far: its cookie is replaced, and no copy of it may stay good. */
async function endPreviousSession(request: HandlerContext): Promise<void> {
  const { em, keys, sessionCookie, now, lifetimes } = request;
  if (sessionCookie.presented === undefined) return;
  const previous = await authenticateCredential(em, keys, "session", sessionCookie.presented, { now, lifetimes });
  if (previous !== null) await signOut(em, previous.principal, occasionOf(request, previous.principal));
}

/** Whether the flag is set: `?include_auth_token` alone counts, the values `0` and `false` do not. */
export function wantsToken(flag: string | undefined): boolean {
  return flag !== undefined && flag !== "0" && flag.toLowerCase() !== "false";
}
