import { randomBytes } from "node:crypto";
import { csrfToken } from "../../domain/credentials/text.ts";
import type { Principal } from "../../domain/principal.ts";
import { needsCode } from "../../domain/recovery/prove.ts";
import { type AddressFormKind, addressForm } from "../../web/pages/recovery/address-form.ts";
import { type LinkKind, linkPage } from "../../web/pages/recovery/link-page.ts";
import { noticePage } from "../../web/pages/recovery/notice-page.ts";
import type { HandlerContext, Operation } from "../handler-context.ts";
import { answerPage } from "../steps/coded-answer.ts";
import type { Accepts } from "../steps/signed-in-answer.ts";
import { requireMail } from "./mailing.ts";

export const showConfirmationRequest: Operation<"showConfirmationRequest"> = (request) =>
  answerForm("confirm", request);

export const showResetRequest: Operation<"showResetRequest"> = (request) => answerForm("reset", request);

export const showEmailChangeRequest: Operation<"showEmailChangeRequest"> = async (request) => {
  requireMail(request);
  if (prefersJson(request)) {
    const response = { csrf_token: csrfOf(request), current_email: request.principal.email, user: {} };
    return { status: 200, mediaType: "application/json", body: { meta: { code: 200 }, response } } as const;
  }
  const page = addressForm(request.assets, "change-email", stateOf(request));
  return { ...(await answerPage(request, page)), mediaType: "text/html" } as const;
};

export const showConfirmation: Operation<"showConfirmation"> = (request) => answerLink("confirm", request);

export const showReset: Operation<"showReset"> = (request) => answerLink("reset", request);

export const showEmailChange: Operation<"showEmailChange"> = (request) => answerLink("change-email", request);

export const showEmailUndo: Operation<"showEmailUndo"> = (request) => answerLink("undo-email", request);

export const showNotice: Operation<"showNotice"> = (request) =>
  answerPage(request, noticePage(request.assets, request.query.about, stateOf(request)));

export const findPasswordChange: Operation<"findPasswordChange"> = () => ({
  status: 302,
  headers: { Location: "/#/password" },
});

type PageRequest = HandlerContext &
  Pick<Parameters<Operation<"showReset">>[0], "acceptsEncoding"> & {
    readonly accepts: Accepts;
    readonly principal: Principal | null;
  };

async function answerForm(kind: AddressFormKind, request: PageRequest) {
  requireMail(request);
  if (prefersJson(request)) {
    const body = { meta: { code: 200 }, response: { csrf_token: csrfOf(request) } } as const;
    return { status: 200, mediaType: "application/json", body } as const;
  }
  const page = addressForm(request.assets, kind, stateOf(request));
  return { ...(await answerPage(request, page)), mediaType: "text/html" } as const;
}

async function answerLink(kind: LinkKind, request: PageRequest & { readonly path: { readonly link: string } }) {
  const { db, keys, now, askCookie, assets, minPasswordLength } = request;
  const { link } = request.path;
  const codeRequired = await needsCode(db, keys, { purpose: kind, link, browser: askCookie.secret }, now);
  if (prefersJson(request)) {
    const response = { csrf_token: csrfOf(request), code_required: codeRequired };
    return { status: 200, mediaType: "application/json", body: { meta: { code: 200 }, response } } as const;
  }
  const page = linkPage(assets, kind, { ...stateOf(request), link, codeRequired, minPasswordLength });
  return { ...(await answerPage(request, page)), mediaType: "text/html" } as const;
}

function prefersJson({ accepts }: { readonly accepts: Accepts }): boolean {
  return accepts("text/html", "application/json") === "application/json";
}

function csrfOf({ keys, principal }: Pick<PageRequest, "keys" | "principal">): string {
  return principal === null ? randomBytes(32).toString("base64url") : csrfToken(keys, principal.credential.id);
}

function stateOf({ principal, registrationOpen }: Pick<PageRequest, "principal" | "registrationOpen">) {
  return { signedInAs: principal?.email, registrationOpen };
}
