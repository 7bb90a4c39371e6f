import type { Context } from "koa";
import type { LeavingProblem } from "../contract/error-door.ts";
import { isOwnOrigin } from "../contract/security/origin.ts";
import type { Principal } from "../domain/principal.ts";
import type { HandlerContext } from "../operations/handler-context.ts";
import { codeFormState, setUpFormState, verifyFormState } from "../operations/second-factor/forms.ts";
import { findWaiting } from "../operations/second-factor/waiting.ts";
import { localPath } from "../operations/steps/local-path.ts";
import type { Assets } from "../web/assets/asset.ts";
import type { WaysIn } from "../web/pages/account-bar.ts";
import type { FieldErrors } from "../web/pages/form-field.ts";
import { type CodeFormState, codeForm } from "../web/pages/second-factor/code-form.ts";
import { type VerifyFormState, verifyForm } from "../web/pages/second-factor/verify-form.ts";
import { fieldErrors } from "./envelope.ts";
import { obstaclesOfProblem } from "./obstacles.ts";

/** A refused request and who visits, as far as that is known. */
interface Refused {
  readonly problem: LeavingProblem;
  readonly ctx: Context;
  readonly request: HandlerContext;
  readonly principal: Principal | null | undefined;
}

/**
 * A form of the second factor once more, as it was, with the reason why what was sent is not accepted; and the form that proves the
 * password again, where a page asked for something that needs a fresh proof. Undefined for any other request.
 */
export async function factorAgain(assets: Assets, rules: WaysIn, refused: Refused): Promise<string | undefined> {
  const { problem, ctx, principal } = refused;
  if (ctx.method !== "POST") return undefined;
  const errors = errorsOf(problem, ctx);
  if (ctx.path === "/verify" && principal) {
    const { next } = (ctx.request as { body?: Record<string, unknown> }).body ?? {};
    return verifyForm(assets, { ...(await proofState(refused, principal, String(next ?? ""))), errors }, rules);
  }
  if (problem.reauth_required && principal) {
    return verifyForm(assets, await proofState(refused, principal, pageBefore(ctx)), rules);
  }
  const said = Object.values(errors).flat();
  if (ctx.path === "/tf-validate" || ctx.path === "/mf-recovery") {
    const kind = ctx.path === "/mf-recovery" ? "recovery-code" : "authenticator";
    return codeForm(assets, kind, rules, { ...(await waitingState(refused)), errors: said });
  }
  if (/^\/tf-setup\/kudosf_/.test(ctx.path)) {
    const form = { errors: said, action: ctx.path, signedInAs: principal?.email };
    return codeForm(assets, "set-up", rules, { ...(await setUpState(refused)), ...form });
  }
  return undefined;
}

/** What the form for a code offers to the sign-in that waits. It is not known where there is none any more, or the database fails. */
async function waitingState({ problem, request }: Refused): Promise<CodeFormState> {
  const unknown = { anew: true };
  if (problem.status >= 500) return unknown;
  try {
    const waiting = await findWaiting(request);
    return waiting?.step === "factor" ? await codeFormState(request, waiting) : unknown;
  } catch {
    return unknown;
  }
}

/** What the form for the code of a set-up offers; of an unknown kind where nobody is signed in any more, or the database fails. */
async function setUpState({ request, principal }: Refused): Promise<CodeFormState> {
  const unknown = { anew: true };
  return principal ? setUpFormState(request, principal).catch(() => unknown) : unknown;
}

/** What the form for a fresh proof offers; with a field for a code, and no way to have one sent, where the database fails. */
async function proofState({ request }: Refused, principal: Principal, path: string): Promise<VerifyFormState> {
  const next = localPath(path);
  const { hasFactor, email: signedInAs } = principal;
  return verifyFormState(request, principal, next).catch(() => ({ next, hasFactor, signedInAs }));
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
