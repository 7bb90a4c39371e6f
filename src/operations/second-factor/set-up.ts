import { type AuthenticationMethod, needsFactor } from "../../domain/credentials/authentication-method.ts";
import { csrfToken } from "../../domain/credentials/text.ts";
import { type Principal, provedLately } from "../../domain/principal.ts";
import { FactorRequired, SignInEnded } from "../../domain/second-factor/errors.ts";
import { findFactor } from "../../domain/second-factor/factor-repository.ts";
import { finishSetUp } from "../../domain/second-factor/finish-set-up.ts";
import { countRecoveryCodes } from "../../domain/second-factor/recovery-codes.ts";
import { removeFactor } from "../../domain/second-factor/remove.ts";
import { beginSetUp, type SettingUp } from "../../domain/second-factor/set-up.ts";
import { destinationOf, maskDestination, phoneShown } from "../../domain/sent-codes/destination.ts";
import { factorNeeds } from "../../domain/users/user-repository.ts";
import { setUpPage } from "../../web/pages/second-factor/set-up-page.ts";
import type { HandlerContext, Operation } from "../handler-context.ts";
import { privatePage } from "../steps/coded-answer.ts";
import { FactorUnavailable, NotSignedIn, namedBy } from "../steps/errors.ts";
import { availableMethods } from "../steps/factor-codes.ts";
import { occasionOf } from "../steps/occasion.ts";
import { sessionOf } from "../steps/sign-out.ts";
import { prefersPages, seeOther } from "../steps/signed-in-answer.ts";
import { envelopeSetUp } from "./answers.ts";
import { askedFactor } from "./proof.ts";
import { codeText, findWaiting, requireFresh, withinCodeLimit } from "./waiting.ts";

export const showFactorSetup: Operation<"showFactorSetup"> = async (request) => {
  const { accepts, keys, now, db, assets, secondFactor } = request;
  const asPage = accepts("text/html", "application/json") === "text/html";
  const setter = await settingUp(request).catch((error: unknown) => {
    // A sign-in that waits for a factor there is already sets none up.
    if (error instanceof SignInEnded) return "waiting" as const;
    throw error;
  });
  if (setter === null || setter === "waiting") {
    if (asPage) return seeOther(setter === null ? "/login?next=/tf-setup" : "/tf-validate");
    throw new NotSignedIn();
  }
  const { by, principal } = setter;
  if (asPage && principal !== null && !provedLately(principal, now)) return seeOther("/verify?next=/tf-setup");
  if (principal !== null) requireFresh(principal, now);
  const factor = await findFactor(db, by.userId);
  const method = factor?.method ?? null;
  const { roleRequiresFactor } = await factorNeeds(db, by.userId);
  const required = needsFactor(secondFactor, roleRequiresFactor);
  if (asPage) {
    const codesLeft = await countRecoveryCodes(db, by.userId);
    const destination = destinationOf(keys, { id: by.userId, email: by.email }, factor);
    const sentTo = destination && maskDestination(destination);
    const available = availableMethods(request, setter.proved);
    const state = { method, required, available, codesLeft, sentTo, signedInAs: principal?.email };
    return { ...privatePage(setUpPage(assets, state, request)), mediaType: "text/html" };
  }
  const available = availableMethods(request, setter.proved);
  const response = {
    csrf_token: csrfToken(keys, by.credential.id),
    tf_required: required,
    tf_method: method,
    tf_primary_method: method,
    tf_phone_number: phoneShown(keys, by.userId, factor),
    tf_available_methods: [...(method === null ? [] : (["disable"] as const)), ...available],
  };
  return { status: 200, mediaType: "application/json", body: { meta: { code: 200 }, response } };
};

export const beginFactorSetup: Operation<"beginFactorSetup"> = async (request) => {
  const { em, keys, now, body, accepts, assets, secondFactor } = request;
  const setter = await settingUp(request);
  if (setter === null) throw new NotSignedIn();
  const { by, principal } = setter;
  if (principal !== null) requireFresh(principal, now);
  const csrf = csrfToken(keys, by.credential.id);
  if (body.setup === "disable") {
    if (principal === null) throw new FactorUnavailable("/setup");
    await removeFactor(em, principal.userId, secondFactor, occasionOf(request, principal)).catch(
      namedBy("/setup", FactorRequired),
    );
    if (prefersPages(accepts)) return seeOther("/tf-setup");
    const response = { csrf_token: csrf, user: {} };
    return { status: 200, mediaType: "application/json", body: { meta: { code: 200 }, response } };
  }
  const { setup: method, phone } = body;
  const { wanted, sentTo } = await askedFactor(request, by, { method, phone, pointer: "/setup" }, setter.proved);
  const begun = { ...(await beginSetUp(em, keys, by, wanted, occasionOf(request, principal))), sentTo };
  if (prefersPages(accepts)) {
    const action = principal === null ? "/tf-validate" : `/tf-setup/${begun.state}`;
    const page = setUpPage(assets, { begun: { ...begun, action, phone }, signedInAs: principal?.email }, request);
    return { ...privatePage(page), mediaType: "text/html" };
  }
  const response = { csrf_token: csrf, ...envelopeSetUp(begun, by.email, principal === null ? null : begun.state) };
  return { status: 200, mediaType: "application/json", body: { meta: { code: 200 }, response } };
};

export const finishFactorSetup: Operation<"finishFactorSetup"> = async (request) => {
  const { em, db, keys, path, body, principal, principals, accepts } = request;
  const user = { id: principal.userId, email: principal.email };
  const given = { principals, state: path.state, code: codeText(body.code) };
  await withinCodeLimit(request, user, () => finishSetUp(em, keys, given, occasionOf(request, principal)));
  if (prefersPages(accepts)) return seeOther("/tf-setup");
  const csrf = csrfToken(keys, (sessionOf(principals) ?? principal).credential.id);
  const factor = await findFactor(db, user.id);
  const { method } = factor ?? { method: "authenticator" as const };
  const phone = phoneShown(keys, user.id, factor);
  const response = { csrf_token: csrf, tf_method: method, tf_primary_method: method, tf_phone: phone };
  return { status: 200, body: { meta: { code: 200 }, response } };
};

/** Who sets a factor up: a signed-in user, or one whose sign-in must not end without a factor; null for nobody. */
async function settingUp(
  request: HandlerContext & { readonly principal: Principal | null },
): Promise<{ by: SettingUp; principal: Principal | null; proved: readonly AuthenticationMethod[] } | null> {
  const { principal } = request;
  if (principal !== null) return { by: principal, principal, proved: [] };
  const waiting = await findWaiting(request);
  if (waiting === null) return null;
  if (waiting.step !== "set-up") throw new SignInEnded();
  const { id: userId, email } = waiting.user;
  return {
    by: { userId, email, credential: { kind: "sign-in", id: waiting.id } },
    principal: null,
    proved: waiting.methods,
  };
}
