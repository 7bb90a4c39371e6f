import { csrfToken } from "../../domain/credentials/text.ts";
import type { Operation } from "../handler-context.ts";
import { issueRules } from "../steps/occasion.ts";
import { answerSignedIn, requireNarrowable, signInFor, wantsToken } from "../steps/sign-in.ts";
import { signedIn } from "../steps/signed-in-answer.ts";
import { beginSignIn, proveByPasskey, waitingByCookie, waitingOf } from "./asking.ts";
import { answerIn, NO_STORE, OK, unusedCsrfToken } from "./envelope.ts";

export const beginPasskeySignIn: Operation<"beginPasskeySignIn"> = async (request) => {
  const { remember = false, sign_in_token: text, is_secondary: asked = true } = request.body;
  const secondary = asked ? ((await waitingOf(request, text)) ?? (await waitingByCookie(request))) : null;
  const { state, options } = await beginSignIn(request, { remember, waiting: secondary });
  const response = {
    csrf_token: secondary === null ? unusedCsrfToken() : csrfToken(request.keys, secondary.id),
    wan_state: state,
    is_secondary: secondary !== null,
    remember,
    credential_options: options,
  };
  return { status: 200, headers: NO_STORE, body: { meta: OK, response } };
};

export const finishPasskeySignIn: Operation<"finishPasskeySignIn"> = async (request) => {
  requireNarrowable(request);
  const { body } = request;
  const found = (await waitingOf(request, body.sign_in_token)) ?? (await waitingByCookie(request));
  const asToken = found !== null && wantsToken(request.query.include_auth_token);
  const waiting = asToken ? { ...found, wanted: { ...found.wanted, kind: "token" as const } } : found;
  const { user, method, spent, issued } = await proveByPasskey(
    request,
    answerIn(request),
    waiting,
    issueRules(request),
  );
  if (issued !== undefined && waiting !== null) {
    request.signInCookie.take();
    return answerSignedIn(request, { ...waiting, issued }, signedIn);
  }
  // It was said when the sign-in began, or is said now.
  body.remember = body.remember === true || spent.remember;
  return signInFor(request, user, [method]);
};
