import type { Context } from "koa";
import type { LeavingProblem } from "./http/error-door.ts";
import { fieldErrors } from "./http/representation.ts";
import { localPath } from "./operations/local-path.ts";
import { accountForm, type FormKind } from "./web/account-form.ts";
import { errorPage } from "./web/error-page.ts";

/**
 * A problem as a page. One that answers a sent form is the form again: with what was typed (never the password) and the
 * messages beside their fields.
 */
export function problemPage(problem: LeavingProblem, ctx: Context): string {
  const kind = formKind(ctx);
  if (kind === undefined) return errorPage(problem);
  const typed = (ctx.request as { body?: Record<string, unknown> }).body ?? {};
  return accountForm(kind, {
    next: localPath(typeof typed.next === "string" ? typed.next : undefined),
    email: typeof typed.email === "string" ? typed.email : "",
    errors: problem.errors ? fieldErrors(problem.errors) : { "": [problem.detail ?? problem.title] },
  });
}

function formKind({ method, path }: Context): FormKind | undefined {
  if (method !== "POST") return undefined;
  return path === "/login" ? "login" : path === "/register" ? "register" : undefined;
}
