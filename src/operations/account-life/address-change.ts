import { csrfToken } from "../../domain/credentials/text.ts";
import type { Principal } from "../../domain/principal.ts";
import * as change from "../../domain/recovery/change-address.ts";
import type { Mailing } from "../../domain/recovery/confirm-address.ts";
import { undoAddressChange } from "../../domain/recovery/undo-address-change.ts";
import type { HandlerContext, Operation } from "../handler-context.ts";
import { occasionOf } from "../steps/occasion.ts";
import { prefersPages, seeOther } from "../steps/signed-in-answer.ts";
import {
  linkSpent,
  mailingByRequest,
  mailingOf,
  mailRequested,
  presentedCode,
  presentedLink,
  requireMail,
  spendMail,
} from "./mailing.ts";

type EmailChange = HandlerContext & { readonly body: { readonly email: string }; readonly principal: Principal };

export const requestEmailChange: Operation<"requestEmailChange"> = async (request) => {
  const { keys, principal } = request;
  await askFor(request, mailingOf(request));
  if (prefersPages(request.accepts)) return seeOther("/notice?about=mail-sent");
  const response = { csrf_token: csrfToken(keys, principal.credential.id), current_email: principal.email, user: {} };
  return { status: 200, headers: { "Cache-Control": "no-store" }, body: { meta: { code: 200 }, response } };
};

export const startEmailChange: Operation<"startEmailChange"> = async (request) => {
  const mailing = mailingByRequest(request);
  await askFor(request, mailing);
  return mailRequested(mailing);
};

async function askFor(request: EmailChange, mailing: Mailing): Promise<void> {
  const { em, body, principal } = request;
  const wish = { userId: principal.userId, email: principal.email, wanted: body.email };
  await spendMail(request, body.email);
  await change.requestAddressChange(em, mailing, wish, request);
}

export const changeEmail: Operation<"changeEmail"> = async (request) => {
  const { em, deviceCookie } = request;
  const presented = presentedLink(request);
  const { email, asked } = await change.changeAddress(em, requireMail(request), presented, occasionOf(request));
  // The browser was known to the account by its old address.
  if (asked) deviceCookie.remember(email);
  return linkSpent(request, "email-changed");
};

export const finishEmailChange: Operation<"finishEmailChange"> = async (request) => {
  await change.changeAddress(request.em, requireMail(request), presentedCode(request), occasionOf(request));
  return { status: 204 };
};

export const undoEmailChange: Operation<"undoEmailChange"> = async (request) => {
  const { browser, ...presented } = presentedLink(request);
  await undoAddressChange(request.em, { ...requireMail(request), browser }, presented, occasionOf(request));
  return linkSpent(request, "email-restored");
};

export const finishEmailUndo: Operation<"finishEmailUndo"> = async (request) => {
  const { browser, ...presented } = presentedCode(request);
  await undoAddressChange(request.em, { ...requireMail(request), browser }, presented, occasionOf(request));
  return { status: 204 };
};
