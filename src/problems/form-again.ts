import type { Context } from "koa";
import type { LeavingProblem } from "../contract/error-door.ts";
import type { ProblemError } from "../contract/problem.ts";
import { reasonsOfLength } from "../domain/passwords/policy.ts";
import { saysYes } from "../operations/steps/checkbox.ts";
import { localPath } from "../operations/steps/local-path.ts";
import type { Assets } from "../web/assets/asset.ts";
import type { FormKind, FormRules } from "../web/pages/account-fields.ts";
import { accountForm } from "../web/pages/account-form.ts";
import type { FieldErrors } from "../web/pages/form-field.ts";
import { fieldErrors } from "./envelope.ts";
import { obstaclesOfProblem } from "./obstacles.ts";

/** A sent form that cannot be accepted. */
interface RefusedForm {
  readonly kind: FormKind;
  readonly problem: LeavingProblem;
  readonly ctx: Context;
  /** The e-mail address of the user who is signed in already; null when it is nobody, undefined when it is not known. */
  readonly signedInAs: string | null | undefined;
}

/** The form once more, with what was typed (never the password), and with the messages of the problem beside their fields. */
export function formAgain(assets: Assets, rules: FormRules, { kind, problem, ctx, signedInAs }: RefusedForm): string {
  const { email, username, password, next, remember } = (ctx.request as { body?: Record<string, unknown> }).body ?? {};
  const typed = {
    email: text(email),
    // The form that asked for the user name sends no address.
    ...(email === undefined && typeof username === "string" && { username }),
    next: localPath(text(next) || text(ctx.query.next)),
    remember: saysYes(remember),
    signedInAs: signedInAs ?? undefined,
  };
  if (!problem.errors)
    return accountForm(assets, kind, { ...typed, obstacles: obstaclesOfProblem(problem, ctx) }, rules);
  const told = messages(problem.errors, kind, typed.email);
  // The least length is a setting and not part of the contract. It is checked here as well, so that a form with a wrong address and a
  // short password shows both faults at once.
  const short = kind === "register" ? reasonsOfLength(text(password), rules.minPasswordLength) : [];
  const errors = short.length > 0 && !told.password ? { ...told, password: short } : told;
  const unconfirmed = problem.type.endsWith(":confirmation-required");
  return accountForm(assets, kind, { ...typed, errors, unconfirmed }, rules);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The errors of a problem by field, as sentences for the person who filled in the form. */
function messages(errors: readonly ProblemError[], kind: FormKind, email: string): FieldErrors {
  return Object.fromEntries(
    Object.entries(fieldErrors(errors)).map(([field, texts]) => [
      field,
      [...new Set(texts.map((one) => sentence(field, one, kind, email)))],
    ]),
  );
}

/** A message for the person: whole sentences stay; a phrase of the contract, which begins in lower case, is replaced for known fields. */
function sentence(field: string, detail: string, kind: FormKind, email: string): string {
  if (!/^\p{Ll}/u.test(detail)) return detail;
  if (field === "email") {
    return email === "" ? "Enter your e-mail address." : "Enter a whole e-mail address, like ada@example.com.";
  }
  if (field === "username") return "Enter your user name.";
  if (field !== "password" || /\bmost\b|longer/.test(detail)) return detail;
  return kind === "login" ? "Enter your password." : "Choose a password.";
}
