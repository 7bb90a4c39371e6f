import type { Context } from "koa";
import type { LeavingProblem } from "../contract/error-door.ts";
import type { ProblemError } from "../contract/problem.ts";
import type { HandlerContext } from "../operations/handler-context.ts";
import { saysYes } from "../operations/steps/checkbox.ts";
import { localPath } from "../operations/steps/local-path.ts";
import type { Assets } from "../web/assets/asset.ts";
import type { FormRules } from "../web/pages/account-fields.ts";
import type { FieldErrors } from "../web/pages/form-field.ts";
import { type AddressFormKind, addressForm } from "../web/pages/recovery/address-form.ts";
import { type CodeSignInState, codeSignInPage } from "../web/pages/recovery/code-sign-in-page.ts";
import { type LinkKind, linkPage, refusedLinkPage } from "../web/pages/recovery/link-page.ts";
import { fieldErrors } from "./envelope.ts";
import { obstaclesOfProblem } from "./obstacles.ts";

/** A request of the pages of recovery that is refused. */
interface Refused {
  readonly problem: LeavingProblem;
  readonly ctx: Context;
  readonly request: Pick<HandlerContext, "askCookie">;
  readonly signedInAs: string | null | undefined;
}

const FORM = /^\/(confirm|reset|change-email)$/;
const SIGN_IN = /^\/us-signin(\/send-code)?$/;
const LINK = /^\/(confirm|reset|change-email|undo-email)\/([\w-]{1,128})$/;

/** Problems that say nothing about what was typed: the error page tells of them. */
const ELSEWHERE = new Set([401, 403, 413, 415]);

/**
 * The page that a refused request of recovery is answered with: the form once more, with the messages beside its fields, or that its
 * link is no longer good. Undefined for any other request.
 */
export function recoveryAgain(assets: Assets, rules: FormRules, refused: Refused): string | undefined {
  const { problem, ctx } = refused;
  const [, kind, link] = LINK.exec(ctx.path) ?? FORM.exec(ctx.path) ?? [];
  const state = { signedInAs: refused.signedInAs ?? undefined, registrationOpen: rules.registrationOpen };
  if (link !== undefined && problem.type.endsWith(":mailed-link-refused")) {
    return refusedLinkPage(assets, kind as LinkKind, state);
  }
  const signsIn = SIGN_IN.test(ctx.path);
  if (!(signsIn || kind) || ctx.method !== "POST" || ELSEWHERE.has(problem.status)) return undefined;
  const body = (ctx.request as { body?: Record<string, unknown> }).body ?? {};
  const told = {
    errors: problem.errors === undefined ? {} : messages(problem.errors),
    obstacles: problem.errors === undefined ? obstaclesOfProblem(problem, ctx) : [],
  };
  if (signsIn) return codeSignInAgain(assets, { ...state, ...told }, refused, body);
  if (link === undefined) {
    const email = typeof body.email === "string" ? body.email : "";
    return addressForm(assets, kind as AddressFormKind, { ...state, ...told, email });
  }
  const { minPasswordLength } = rules;
  // The code is asked for where it was typed, or where it is what is wrong.
  const codeRequired = body.code !== undefined || told.errors.code !== undefined;
  return linkPage(assets, kind as LinkKind, { ...state, ...told, link, codeRequired, minPasswordLength });
}

/** The page to sign in with a mailed code once more, with what was typed but for the code. */
function codeSignInAgain(
  assets: Assets,
  state: Omit<CodeSignInState, "next" | "asked">,
  { problem, request }: Refused,
  { identity, remember, next }: Record<string, unknown>,
): string {
  const isWrong = problem.type.endsWith(":invalid-credentials");
  return codeSignInPage(assets, {
    ...state,
    ...(isWrong && { errors: { passcode: [WRONG_CODE] } }),
    ...(typeof identity === "string" && { identity }),
    remember: saysYes(remember),
    next: localPath(typeof next === "string" ? next : ""),
    asked: request.askCookie.secret !== null,
  });
}

/** The form of the page has no password: what is refused is a code. */
const WRONG_CODE = "This code is not right, or its time is over. Have another one sent if you need it.";

function messages(errors: readonly ProblemError[]): FieldErrors {
  return Object.fromEntries(
    Object.entries(fieldErrors(errors)).map(([field, texts]) => [
      field,
      [...new Set(texts.map((text) => sentence(field, text)))],
    ]),
  );
}

const PLAIN: Readonly<Record<string, string>> = {
  email: "Enter a whole e-mail address, like ada@example.com.",
  password: "Choose a password.",
  password_confirm: "Type the password once more.",
  code: "Type the eight digits of the mail.",
  passcode: "Type the eight digits of the mail.",
  identity: "Enter a whole e-mail address, like ada@example.com.",
};

/** A message for the person: a phrase of the contract, which begins in lower case, is replaced for known fields. */
function sentence(field: string, detail: string): string {
  return /^\p{Ll}/u.test(detail) && !/\bmost\b|longer/.test(detail) ? (PLAIN[field] ?? detail) : detail;
}
