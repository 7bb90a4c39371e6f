import { randomBytes } from "node:crypto";
import type { Presented } from "../../domain/mail/prove-mailed-secret.ts";
import type { Mailing } from "../../domain/recovery/confirm-address.ts";
import type { HandlerContext } from "../handler-context.ts";
import { attemptOf } from "../steps/attempt.ts";
import { MailNotConfigured } from "../steps/errors.ts";
import { type Accepts, prefersPages, seeOther } from "../steps/signed-in-answer.ts";

/**
 * What a request needs to have a mail sent for a browser's page.
 *
 * @throws {MailNotConfigured}
 */
export function mailingOf({ mail, keys, askCookie }: Pick<HandlerContext, "mail" | "keys" | "askCookie">): Mailing {
  return { ...requireMail({ mail, keys }), browser: askCookie.give() };
}

/**
 * The same for a client that gets a text in place of the cookie: `browser` is that text.
 *
 * @throws {MailNotConfigured}
 */
export function mailingByRequest(context: Pick<HandlerContext, "mail" | "keys">): Mailing & { browser: string } {
  return { ...requireMail(context), browser: randomBytes(16).toString("base64url") };
}

/**
 * The place for mails.
 *
 * @throws {MailNotConfigured}
 */
export function requireMail({ mail, keys }: Pick<HandlerContext, "mail" | "keys">): Omit<Mailing, "browser"> {
  if (mail === null) throw new MailNotConfigured();
  return { outbox: mail, keys };
}

/**
 * Counts a mail that a request asks for.
 *
 * @param to the address in any spelling
 * @throws {TooManyAttempts}
 */
export function spendMail(
  request: Pick<HandlerContext, "attempts" | "address" | "deviceCookie">,
  to: string,
): Promise<void> {
  return request.attempts.mail(attemptOf(request, to));
}

/** The answer to a form or a call that asked for a mail: the same for every address. */
export function mailOnItsWay({ accepts }: { readonly accepts: Accepts }) {
  if (prefersPages(accepts)) return seeOther("/notice?about=mail-sent");
  return {
    status: 200,
    headers: { "Cache-Control": "no-store" },
    body: { meta: { code: 200 }, response: { csrf_token: randomBytes(32).toString("base64url") } },
  } as const;
}

/** The answer to a client that asked for a mail, with the text that goes back with the code. */
export function mailRequested({ browser }: { readonly browser: string }) {
  return { status: 202, headers: { "Cache-Control": "no-store" }, body: { request: browser } } as const;
}

/** The answer to a link that was spent: a form is sent on to the page that tells so. */
export function linkSpent({ accepts }: { readonly accepts: Accepts }, about: string) {
  if (prefersPages(accepts)) return seeOther(`/notice?about=${about}`);
  const headers = { "Cache-Control": "no-store" };
  return { status: 200, headers, body: { meta: { code: 200 }, response: {} } } as const;
}

/** What a browser presents: the link, the code if it was typed, and its cookie. */
export function presentedLink({
  path,
  body,
  askCookie,
}: Pick<HandlerContext, "askCookie"> & {
  readonly path: { readonly link: string };
  readonly body: { readonly code?: string } | undefined;
}): Omit<Presented, "purpose"> {
  return { link: path.link, code: body?.code, browser: askCookie.secret };
}

/** What a client presents: the code, with the link or with the text that it was given when it asked. */
export function presentedCode({
  body: { link, request, code },
}: {
  readonly body: { readonly link?: string; readonly request?: string; readonly code: string };
}): Omit<Presented, "purpose"> {
  return { link, code, browser: request ?? null };
}
