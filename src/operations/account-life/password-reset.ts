import type { Presented } from "../../domain/mail/prove-mailed-secret.ts";
import * as domain from "../../domain/recovery/reset-password.ts";
import type { HandlerContext, Operation } from "../handler-context.ts";
import { attemptOf } from "../steps/attempt.ts";
import { occasionOf } from "../steps/occasion.ts";
import { requireRepeated } from "../steps/repeated-password.ts";
import {
  linkSpent,
  mailingByRequest,
  mailingOf,
  mailOnItsWay,
  mailRequested,
  presentedCode,
  presentedLink,
  spendMail,
} from "./mailing.ts";

export const requestReset: Operation<"requestReset"> = async (request) => {
  const mailing = mailingOf(request);
  await spendMail(request, request.body.email);
  await domain.requestReset(request.em, mailing, request.body.email, request);
  return mailOnItsWay(request);
};

export const startReset: Operation<"startReset"> = async (request) => {
  const mailing = mailingByRequest(request);
  await spendMail(request, request.body.email);
  await domain.requestReset(request.em, mailing, request.body.email, request);
  return mailRequested(mailing);
};

export const resetPassword: Operation<"resetPassword"> = async (request) => {
  const { password, password_confirm } = request.body;
  requireRepeated(password, password_confirm, "password_confirm");
  await reset(request, { ...presentedLink(request), password });
  return linkSpent(request, "password-reset");
};

export const finishReset: Operation<"finishReset"> = async (request) => {
  await reset(request, { ...presentedCode(request), password: request.body.password });
  return { status: 204 };
};

async function reset(request: HandlerContext, given: Omit<Presented, "purpose"> & { readonly password: string }) {
  const { em, passwords, keys, attempts, minPasswordLength } = request;
  const occasion = { ...occasionOf(request), minLength: minPasswordLength };
  const { email } = await domain.resetPassword(em, passwords, keys, given, occasion);
  // Whoever reads the mails of an account is no stranger: failures of others keep the new password from opening nothing here.
  await attempts.welcome(attemptOf(request, email));
}
