import * as domain from "../../domain/recovery/confirm-address.ts";
import type { Operation } from "../handler-context.ts";
import { occasionOf } from "../steps/occasion.ts";
import { signInForToken } from "../steps/sign-in.ts";
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
import { registerBy, requireOpenRegistration } from "./registration.ts";

export const signUp: Operation<"signUp"> = async (request) => {
  requireOpenRegistration(request);
  if (request.confirmation === "required") {
    const mailing = mailingByRequest(request);
    await registerBy(request, mailing);
    return mailRequested(mailing);
  }
  const user = await registerBy(request, undefined);
  if (user === null) throw new TypeError("An account that needs no confirmation has its user at once.");
  return signInForToken(request, user, ["password"]);
};

export const requestConfirmation: Operation<"requestConfirmation"> = async (request) => {
  const mailing = mailingOf(request);
  await spendMail(request, request.body.email);
  await domain.requestConfirmation(request.em, mailing, request.body.email, request);
  return mailOnItsWay(request);
};

export const startConfirmation: Operation<"startConfirmation"> = async (request) => {
  const mailing = mailingByRequest(request);
  await spendMail(request, request.body.email);
  await domain.requestConfirmation(request.em, mailing, request.body.email, request);
  return mailRequested(mailing);
};

export const confirmEmail: Operation<"confirmEmail"> = async (request) => {
  await domain.confirmAddress(request.em, request.keys, presentedLink(request), occasionOf(request));
  return linkSpent(request, "confirmed");
};

export const finishConfirmation: Operation<"finishConfirmation"> = async (request) => {
  await domain.confirmAddress(request.em, request.keys, presentedCode(request), occasionOf(request));
  return { status: 204 };
};
