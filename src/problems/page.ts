import type { Context } from "koa";
import type { LeavingProblem, Representation } from "../contract/error-door.ts";
import { isOwnOrigin } from "../contract/security/origin.ts";
import type { HandlerContext } from "../operations/handler-context.ts";
import { localPath } from "../operations/steps/local-path.ts";
import type { Assets } from "../web/assets/asset.ts";
import type { FormKind, FormRules } from "../web/pages/account-fields.ts";
import { errorPage } from "../web/pages/error-page.ts";
import { factorAgain } from "./factor-again.ts";
import { formAgain } from "./form-again.ts";
import { retryAfterSeconds } from "./obstacles.ts";
import { recoveryAgain } from "./recovery-again.ts";
import type { Visitor } from "./visitor.ts";

/** Writes problems as pages (`text/html`): the answer to a sent form is that form again, any other answer is the error page. */
export function problemPages(
  assets: Assets,
  rules: FormRules,
  { visitor, contextOf }: { readonly visitor: Visitor; readonly contextOf: (ctx: Context) => HandlerContext },
): Representation {
  return async (problem, ctx) => {
    // After a 5xx the session is not looked up: the database may be what failed.
    const principal = problem.status < 500 ? await visitor(ctx) : undefined;
    const signedInAs = principal === null ? null : principal?.email;
    const kind = sentForm(ctx);
    if (kind !== undefined) return formAgain(assets, rules, { kind, problem, ctx, signedInAs });
    const request = contextOf(ctx);
    const recovery = recoveryAgain(assets, rules, { problem, ctx, request, signedInAs });
    if (recovery !== undefined) return recovery;
    const factor = await factorAgain(assets, rules, { problem, ctx, request, principal });
    if (factor !== undefined) return factor;
    return errorPage(assets, {
      ...problem,
      ...waysOut(problem, ctx),
      registrationOpen: rules.registrationOpen,
      signedInAs,
    });
  };
}

const FORMS: readonly FormKind[] = ["login", "register"];

/** The form that a request sends: each posts to the path of its name. */
function sentForm({ method, path }: Context): FormKind | undefined {
  return method === "POST" ? FORMS.find((kind) => path === `/${kind}`) : undefined;
}

/** The links of an error page: back to the page of this site that one came from, and to the same page again where a retry may help. */
function waysOut(
  { status }: LeavingProblem,
  ctx: Context,
): { retryAfterSeconds?: number; again?: string; back?: string } {
  const wait = retryAfterSeconds(ctx);
  const referrer = ctx.get("Referer");
  const came = URL.canParse(referrer) ? new URL(referrer) : undefined;
  const back = came && isOwnOrigin(ctx, came.origin) ? localPath(came.pathname + came.search) : undefined;
  const again = ctx.method === "GET" && TEMPORARY.has(status) ? localPath(ctx.url) : undefined;
  return {
    ...(wait !== undefined && { retryAfterSeconds: wait }),
    ...(again !== undefined && { again }),
    ...(back !== undefined && back !== "/" && back !== localPath(ctx.url) && { back }),
  };
}

/** Statuses that the same request may not get the next time. */
const TEMPORARY = new Set([408, 429, 500, 503]);
