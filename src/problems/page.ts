import type { Context } from "koa";
import type { LeavingProblem, Representation } from "../contract/error-door.ts";
import type { ProblemError } from "../contract/problem.ts";
import { reasonsOfLength } from "../domain/passwords/policy.ts";
import { localPath } from "../operations/steps/local-path.ts";
import type { Assets } from "../web/assets/asset.ts";
import { accountForm, type FormKind, type FormRules } from "../web/pages/account-form.ts";
import { errorPage } from "../web/pages/error-page.ts";
import type { FieldErrors } from "../web/pages/form-field.ts";
import { waitInWords } from "../web/wording.ts";
import { fieldErrors } from "./envelope.ts";
import type { Visitor } from "./visitor.ts";

/**
 * Writes a problem as a page. One that answers a sent form is the form again: with what was typed (never the password) and
 * the messages beside their fields.
 */
export function problemPages(assets: Assets, rules: FormRules, visitor: Visitor): Representation {
  return async (problem, ctx) => {
    const kind = formKind(ctx);
    // What fails here may be what would have to be asked.
    const signedInAs = problem.status < 500 ? await visitor(ctx) : undefined;
    if (kind === undefined) return errorPage(assets, { ...problem, ...waysOut(problem, ctx), signedInAs });
    const { email, password, next, remember } = (ctx.request as { body?: Record<string, unknown> }).body ?? {};
    const typed = {
      email: text(email),
      next: localPath(text(next) || text(ctx.query.next)),
      remember: remember === "on",
      signedInAs,
    };
    if (!problem.errors) return accountForm(assets, kind, { ...typed, obstacles: obstacles(problem, ctx) }, rules);
    const told = messages(problem.errors, kind, typed.email);
    // The contract knows no least length: whoever typed two fields wrong is told of both at once.
    const short = kind === "register" ? reasonsOfLength(text(password), rules.minPasswordLength) : [];
    const errors = short.length > 0 && !told.password ? { ...told, password: short } : told;
    return accountForm(assets, kind, { ...typed, errors }, rules);
  };
}

function formKind({ method, path }: Context): FormKind | undefined {
  if (method !== "POST") return undefined;
  return path === "/login" ? "login" : path === "/register" ? "register" : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** What is wrong with what was typed, as sentences for the person who has typed it. */
function messages(errors: readonly ProblemError[], kind: FormKind, email: string): FieldErrors {
  return Object.fromEntries(
    Object.entries(fieldErrors(errors)).map(([field, texts]) => [
      field,
      [...new Set(texts.map((one) => sentence(field, one, kind, email)))],
    ]),
  );
}

/** Why nobody has looked at what was typed, as sentences. */
function obstacles({ status, detail, title, instance }: LeavingProblem, ctx: Context): readonly string[] {
  const wait = retryAfter(ctx);
  return [
    status === 429 ? "Too many attempts." : (detail ?? title),
    ...(wait === undefined ? [] : [`You can try again in ${waitInWords(wait)}.`]),
    ...(status === 500 ? [`The number of the request is ${instance.replace("urn:uuid:", "")}.`] : []),
  ];
}

/** Whole sentences stand for themselves; the contract's own phrases say what is wrong with the field that they belong to. */
function sentence(field: string, detail: string, kind: FormKind, email: string): string {
  if (!/^\p{Ll}/u.test(detail)) return detail;
  if (field === "email") {
    return email === "" ? "Enter your e-mail address." : "Enter a whole e-mail address, like ada@example.com.";
  }
  if (field !== "password" || /\bmost\b|longer/.test(detail)) return detail;
  return kind === "login" ? "Enter your password." : "Choose a password.";
}

/** Where to go from an error page: back to a page of ours, and to the same page once more where that may help. */
function waysOut(
  { status }: LeavingProblem,
  ctx: Context,
): { retryAfterSeconds?: number; again?: string; back?: string } {
  const wait = retryAfter(ctx);
  const referrer = ctx.get("Referer");
  const came = URL.canParse(referrer) ? new URL(referrer) : undefined;
  const back = came?.host === ctx.host ? localPath(came.pathname + came.search) : undefined;
  const again = ctx.method === "GET" && MAY_PASS.has(status) ? localPath(ctx.url) : undefined;
  return {
    ...(wait !== undefined && { retryAfterSeconds: wait }),
    ...(again !== undefined && { again }),
    ...(back !== undefined && back !== "/" && back !== localPath(ctx.url) && { back }),
  };
}

/** What a second attempt may not meet. */
const MAY_PASS = new Set([408, 429, 500, 503]);

function retryAfter(ctx: Context): number | undefined {
  const seconds = Number(ctx.response.get("Retry-After") || Number.NaN);
  return Number.isNaN(seconds) ? undefined : seconds;
}
