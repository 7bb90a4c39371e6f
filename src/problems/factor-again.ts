import type { Context } from "koa";
import type { LeavingProblem } from "../contract/error-door.ts";
import { isOwnOrigin } from "../contract/security/origin.ts";
import { localPath } from "../operations/steps/local-path.ts";
import type { Assets } from "../web/assets/asset.ts";
import type { WaysIn } from "../web/pages/account-bar.ts";
import type { FieldErrors } from "../web/pages/form-field.ts";
import { codeForm } from "../web/pages/second-factor/code-form.ts";
import { verifyForm } from "../web/pages/second-factor/verify-form.ts";
import { fieldErrors } from "./envelope.ts";
import { obstaclesOfProblem } from "./obstacles.ts";

/** A refused request and who visits, as far as that is known. */
interface Refused {
  readonly problem: LeavingProblem;
  readonly ctx: Context;
  readonly signedInAs: string | null | undefined;
}

/**
 * A form of the second factor once more, with the reason why what was sent is not accepted; and the form that proves the password again,
 * where a page asked for something that needs a fresh proof. Undefined for any other request.
 */
export function factorAgain(assets: Assets, rules: WaysIn, { problem, ctx, signedInAs }: Refused): string | undefined {
  if (ctx.method !== "POST") return undefined;
  const errors = errorsOf(problem, ctx);
  const email = signedInAs ?? undefined;
  if (ctx.path === "/verify" && email !== undefined) {
    const { next, code } = (ctx.request as { body?: Record<string, unknown> }).body ?? {};
    const state = {
      next: localPath(String(next ?? "")),
      hasFactor: code !== undefined && !problem.type.endsWith(":no-second-factor"),
      signedInAs: email,
      errors,
      passkeySite: null,
    };
    return verifyForm(assets, state, rules);
  }
  if (problem.reauth_required && email !== undefined) {
    return verifyForm(assets, { next: pageBefore(ctx), hasFactor: true, signedInAs: email, passkeySite: null }, rules);
  }
  const said = Object.values(errors).flat();
  if (ctx.path === "/tf-validate") return codeForm(assets, "authenticator", rules, { errors: said, anew: true });
  if (ctx.path === "/mf-recovery") return codeForm(assets, "recovery-code", rules, { errors: said });
  if (/^\/tf-setup\/kudosf_/.test(ctx.path)) {
    return codeForm(assets, "set-up", rules, { errors: said, action: ctx.path, signedInAs: email });
  }
  return undefined;
}

/** The messages by field, as sentences; "" for all that are about none. */
function errorsOf(problem: LeavingProblem, ctx: Context): FieldErrors {
  if (!problem.errors) return { "": obstaclesOfProblem(problem, ctx) };
  return Object.fromEntries(
    Object.entries(fieldErrors(problem.errors)).map(([field, texts]) => [
      field,
      texts.map((one) => sentence(field, one)),
    ]),
  );
}

/** A phrase of the contract, which begins in lower case, as a sentence for the person. */
function sentence(field: string, detail: string): string {
  if (!/^\p{Ll}/u.test(detail)) return detail;
  return field === "password" ? "Enter your password." : "Enter a code.";
}

/** The page of this site that the request was sent from; "/" when it is not known. */
function pageBefore(ctx: Context): string {
  const referrer = ctx.get("Referer");
  const from = URL.canParse(referrer) ? new URL(referrer) : undefined;
  return from && isOwnOrigin(ctx, from.origin) ? localPath(from.pathname + from.search) : "/";
}
