import { randomBytes } from "node:crypto";
import { authenticateAccount } from "../../domain/accounts/accounts.ts";
import type { Attempt, Standing } from "../../domain/attempts/attempts.ts";
import { recorded } from "../../domain/audit-trail/audit-trail.ts";
import type { AuthenticationMethod } from "../../domain/credentials/authentication-method.ts";
import { csrfToken } from "../../domain/credentials/text.ts";
import { InvalidCredentials } from "../../domain/passwords/errors.ts";
import { isCodeLike, requestCode, spendCode } from "../../domain/recovery/code-sign-in.ts";
import { MailedCodeRefused } from "../../domain/recovery/errors.ts";
import { normaliseEmail } from "../../domain/users/email.ts";
import type { User } from "../../domain/users/user.ts";
import { codeSignInPage } from "../../web/pages/recovery/code-sign-in-page.ts";
import type { HandlerContext, Operation } from "../handler-context.ts";
import { attemptOf, passwordLeadsOn, requireConfirmed, welcome, withinAttempts } from "../steps/attempt.ts";
import { answerPage } from "../steps/coded-answer.ts";
import { localPath } from "../steps/local-path.ts";
import { occasionOf } from "../steps/occasion.ts";
import { requireNarrowable, signInFor, signInForToken } from "../steps/sign-in.ts";
import { prefersPages, seeOther } from "../steps/signed-in-answer.ts";
import { mailingByRequest, mailingOf, mailOnItsWay, mailRequested, requireMail, spendMail } from "./mailing.ts";

type Methods = Record<"available_methods", ("password" | "email")[]> &
  Record<"code_methods" | "identity_attributes", "email"[]>;

const METHODS: Methods = {
  available_methods: ["password", "email"],
  code_methods: ["email"],
  identity_attributes: ["email"],
};

export const showCodeSignIn: Operation<"showCodeSignIn"> = async (request) => {
  requireMail(request);
  const { assets, accepts, keys, principal, query, registrationOpen, askCookie } = request;
  if (accepts("text/html", "application/json") === "application/json") {
    const csrf_token =
      principal === null ? randomBytes(32).toString("base64url") : csrfToken(keys, principal.credential.id);
    const response = { csrf_token, ...METHODS };
    return { status: 200, mediaType: "application/json", body: { meta: { code: 200 }, response } };
  }
  const signedInAs = principal?.email;
  const asked = askCookie.secret !== null;
  const page = codeSignInPage(assets, { next: localPath(query.next), asked, signedInAs, registrationOpen });
  return { ...(await answerPage(request, page)), mediaType: "text/html" } as const;
};

export const sendSignInCode: Operation<"sendSignInCode"> = async (request) => {
  const { identity, next } = request.body;
  const mailing = mailingOf(request);
  await spendMail(request, identity);
  await requestCode(request.em, mailing, identity, request);
  if (!prefersPages(request.accepts)) return mailOnItsWay(request);
  return seeOther(`/us-signin?next=${encodeURIComponent(localPath(next))}`);
};

export const startCodeSignIn: Operation<"startCodeSignIn"> = async (request) => {
  const mailing = mailingByRequest(request);
  await spendMail(request, request.body.email);
  await requestCode(request.em, mailing, request.body.email, request);
  return mailRequested(mailing);
};

export const signInByPasscode: Operation<"signInByPasscode"> = async (request) => {
  requireNarrowable(request);
  const { identity, passcode } = request.body;
  const attempt = identity === undefined ? attemptBy(request, request.askCookie.secret) : attemptOf(request, identity);
  const { user, methods } = await withinAttempts(request, attempt, (standing) =>
    provePasscode(request, { identity, passcode, standing }),
  );
  if (methods.includes("password")) requireConfirmed(request, user);
  await welcome(request, user);
  return signInFor(request, user, methods);
};

export const finishCodeSignIn: Operation<"finishCodeSignIn"> = async (request) => {
  const { em, keys, body } = request;
  const { user } = await withinAttempts(request, attemptBy(request, body.request), async () => {
    const found = await spendCode(em, keys, { code: body.code, browser: body.request }, occasionOf(request));
    if (found === null) throw await failed(request, new MailedCodeRefused());
    return { user: found };
  });
  await welcome(request, user);
  return signInForToken(request, user, ["mailed-code"]);
};

/** The attempt of a client that names no account: it is counted by what only the client that asked for the mail knows. */
function attemptBy({ address }: Pick<HandlerContext, "address">, asked: string | null): Attempt {
  return { account: `request ${asked ?? ""}`, address, device: null };
}

interface Passcode {
  readonly identity: string | undefined;
  readonly passcode: string;
  readonly standing: Standing;
}

/**
 * The user of a code or a password. A passcode of eight digits can be either.
 *
 * @throws {InvalidCredentials}
 * @throws {HashingQueueFull}
 */
async function provePasscode(
  request: HandlerContext,
  { identity, passcode, standing }: Passcode,
): Promise<{ user: User; methods: AuthenticationMethod[] }> {
  const { em, keys, passwords, askCookie } = request;
  const account = identity === undefined ? undefined : normaliseEmail(identity);
  if (isCodeLike(passcode)) {
    const presented = { code: passcode, browser: askCookie.secret, account };
    const user = await spendCode(em, keys, presented, occasionOf(request));
    if (user !== null) return { user, methods: ["mailed-code"] };
  }
  if (identity === undefined) throw await failed(request, new InvalidCredentials());
  const occasion = { ...occasionOf(request), passwordOpens: passwordLeadsOn(standing, request.db) };
  const user = await authenticateAccount(em, passwords, { email: identity, password: passcode }, occasion);
  return { user, methods: ["password"] };
}

/** Records that a sign-in has failed whose account is not known; the error to throw. */
async function failed<Failure extends Error>(request: HandlerContext, error: Failure): Promise<Failure> {
  await recorded(request.em, occasionOf(request), (_, record) => record({ kind: "login_failed", userId: null }));
  return error;
}
