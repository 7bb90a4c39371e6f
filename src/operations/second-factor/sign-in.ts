import type { Issued } from "../../domain/credentials/credential.ts";
import { CodeRefused, SignInEnded } from "../../domain/second-factor/errors.ts";
import { finishSetUpAndSignIn } from "../../domain/second-factor/finish-set-up.ts";
import { finishSignIn, type IssueLifetimes } from "../../domain/second-factor/finish-sign-in.ts";
import { beginSetUp } from "../../domain/second-factor/set-up.ts";
import { readWaiting, type WaitingSignIn } from "../../domain/second-factor/waiting-sign-in.ts";
import { codeForm } from "../../web/pages/second-factor/code-form.ts";
import type { HandlerContext, Operation } from "../handler-context.ts";
import { attemptOf } from "../steps/attempt.ts";
import { privatePage } from "../steps/coded-answer.ts";
import { namedBy } from "../steps/errors.ts";
import { issueRules, occasionOf, signInOccasion } from "../steps/occasion.ts";
import { answerSignedIn, wantsToken } from "../steps/sign-in.ts";
import { type Accepts, authenticated, seeOther, tokenIssued } from "../steps/signed-in-answer.ts";
import { representSetUp } from "./answers.ts";
import { codeFormState } from "./forms.ts";
import { askedFactor, factorProof } from "./proof.ts";
import { codeText, findWaiting, requireWaiting, waitingState, withinCodeLimit } from "./waiting.ts";

type CodeKind = "authenticator" | "recovery-code";

export const showFactorForm: Operation<"showFactorForm"> = (request) => showForm(request, "authenticator");

export const showRecoveryForm: Operation<"showRecoveryForm"> = (request) => showForm(request, "recovery-code");

export const showRescue: Operation<"showRescue"> = (request) => showForm(request, "recovery-code");

export const validateFactor: Operation<"validateFactor"> = (request) =>
  finish(request, "authenticator", codeText(request.body.code));

export const recoverSignIn: Operation<"recoverSignIn"> = (request) =>
  finish(request, "recovery-code", request.body.code);

export const signInBySecondFactor: Operation<"signInBySecondFactor"> = async (request) => {
  const { sign_in_token: text, code, recovery_code: recoveryCode } = request.body;
  const found = await readWaiting(request.db, request.keys, text, request.now);
  if (found === null) throw new SignInEnded();
  const kind = recoveryCode === undefined ? "authenticator" : "recovery-code";
  const member = recoveryCode === undefined ? "/code" : "/recovery_code";
  const issued = await prove(request, forToken(found), kind, recoveryCode ?? code ?? "").catch(
    namedBy(member, CodeRefused),
  );
  return tokenIssued(found.user, issued);
};

export const setUpFactorToSignIn: Operation<"setUpFactorToSignIn"> = async (request) => {
  const { em, db, keys, now, body } = request;
  const { method = "authenticator", phone } = body;
  const waiting = await readWaiting(db, keys, body.sign_in_token, now);
  if (waiting?.step !== "set-up") throw new SignInEnded();
  const { id: userId, email } = waiting.user;
  const by = { userId, email, credential: { kind: "sign-in", id: waiting.id } } as const;
  const { wanted, sentTo } = await askedFactor(request, by, { method, phone, pointer: "/method" }, waiting.methods);
  return representSetUp({ ...(await beginSetUp(em, keys, by, wanted, occasionOf(request))), sentTo });
};

type FormRequest = Parameters<Operation<"showFactorForm">>[0];

/** The form for a code, or what can be given in its place. A browser without a sign-in that waits begins one. */
async function showForm(request: FormRequest, kind: CodeKind) {
  const asPage = request.accepts("text/html", "application/json") === "text/html";
  const waiting = await findWaiting(request);
  if (asPage && waiting === null) return seeOther("/login");
  if (asPage && waiting?.step === "set-up") return seeOther("/tf-setup");
  if (waiting === null) throw new SignInEnded();
  if (!asPage)
    return { status: 200, mediaType: "application/json", body: await waitingState(request, waiting) } as const;
  const page = codeForm(request.assets, kind, request, await codeFormState(request, waiting));
  return { ...privatePage(page), mediaType: "text/html" } as const;
}

/** Finishes the sign-in that the cookie stands for, and answers as the sign-in would have. */
async function finish(
  request: HandlerContext & { readonly accepts: Accepts; readonly query: { readonly include_auth_token?: string } },
  kind: CodeKind,
  code: string,
) {
  const found = await requireWaiting(request);
  const waiting = wantsToken(request.query.include_auth_token) ? forToken(found) : found;
  const issued = await prove(request, waiting, kind, code, issueRules(request));
  request.signInCookie.take();
  return answerSignedIn(request, { ...waiting, issued }, authenticated);
}

/** The same sign-in with a token at its end: the flag counts where the sign-in ends, too. */
function forToken(waiting: WaitingSignIn): WaitingSignIn {
  return { ...waiting, wanted: { ...waiting.wanted, kind: "token" } };
}

async function prove(
  request: HandlerContext,
  waiting: WaitingSignIn,
  kind: CodeKind,
  code: string,
  lifetimes: IssueLifetimes = request.lifetimes,
): Promise<Issued> {
  const { em, keys } = request;
  const { user, wanted, step } = waiting;
  // A recovery code and a new factor are news wherever they are used; a session is so in a browser that is new to the account.
  const isNews = kind === "recovery-code" || step === "set-up";
  const occasion = isNews
    ? occasionOf(request)
    : signInOccasion(request, { ...user, createdAt: LONG_AGO }, wanted.kind);
  const issued = await withinCodeLimit(request, user, async () => {
    if (step === "set-up") return finishSetUpAndSignIn(em, keys, { waiting, lifetimes, code }, occasion);
    const proof = await factorProof(request, { userId: user.id, code, kind }, waiting.id);
    return finishSignIn(em, keys, { waiting, lifetimes, prove: proof }, occasion);
  });
  await request.attempts.welcome(attemptOf(request, user.email));
  return issued;
}

/** A time at which no account was made just now. */
const LONG_AGO = new Date(0);
