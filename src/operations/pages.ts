import { randomBytes } from "node:crypto";
import { listArticles } from "../domain/articles/articles.ts";
import { isPersistent } from "../domain/credentials/credential.ts";
import { csrfToken } from "../domain/credentials/text.ts";
import { passkeySite } from "../domain/passkeys/options.ts";
import type { Principal } from "../domain/principal.ts";
import type { Assets } from "../web/assets/asset.ts";
import type { FormKind, FormRules } from "../web/pages/account-fields.ts";
import { accountForm } from "../web/pages/account-form.ts";
import { homePage } from "../web/pages/home-page.ts";
import { verifyForm } from "../web/pages/second-factor/verify-form.ts";
import type { HandlerContext, Operation } from "./handler-context.ts";
import { verifyFormState } from "./second-factor/forms.ts";
import { answerPage, privatePage } from "./steps/coded-answer.ts";
import { PAGE_LIMIT } from "./steps/list-page.ts";
import { localPath } from "./steps/local-path.ts";
import { mostDays } from "./tokens/personal-token.ts";

export const showHome: Operation<"showHome"> = async (request) => {
  const { em, principal, query, registrationOpen, minPasswordLength, mail, sessionCookie, lifetimes, takesUsernames } =
    request;
  const { cursor } = query;
  const { items, nextCursor } = await listArticles(em, {
    limit: PAGE_LIMIT,
    cursor,
    userId: principal?.userId ?? null,
  });
  const session = principal === null ? undefined : await sessionOf(em, principal);
  const home = {
    articles: items,
    cursor,
    nextCursor,
    session,
    registrationOpen,
    minPasswordLength,
    sendsMail: mail !== null,
    personalTokenDays: mostDays(lifetimes),
    takesUsernames,
    cookiesCollide: sessionCookie.ambiguous,
  };
  return answerPage(request, homePage(request.assets, home));
};

async function sessionOf(em: HandlerContext["em"], { email, credential: { id } }: Principal) {
  return { id, email, persistent: await isPersistent(em, id) };
}

export const showLoginForm: Operation<"showLoginForm"> = (request) => answerForm("login", request);

export const showRegistrationForm: Operation<"showRegistrationForm"> = (request) => answerForm("register", request);

export const showVerifyForm: Operation<"showVerifyForm"> = async (request) => {
  const { accepts, keys, assets, query, principal } = request;
  if (accepts("text/html", "application/json") === "application/json") {
    const response = { csrf_token: csrfToken(keys, principal.credential.id) };
    return { status: 200, mediaType: "application/json", body: { meta: { code: 200 }, response } };
  }
  const state = await verifyFormState(request, principal, localPath(query.next));
  return { ...privatePage(verifyForm(assets, state, request)), mediaType: "text/html" };
};

type FormRequest = Parameters<Operation<"showLoginForm">>[0];

/**
 * The page with a form; for a client that prefers JSON the `csrf_token` that the lecture's front ends fetch before they sign in: that of
 * the session, else one for nothing, because a sign-in needs none.
 */
async function answerForm(kind: FormKind, request: FormRequest) {
  if (request.accepts("text/html", "application/json") === "application/json") {
    const { keys, principal } = request;
    const token = principal === null ? randomBytes(32).toString("base64url") : csrfToken(keys, principal.credential.id);
    const body = { meta: { code: 200 }, response: { csrf_token: token } } as const;
    return { status: 200, mediaType: "application/json", body } as const;
  }
  return { ...(await answerPage(request, form(kind, request))), mediaType: "text/html" } as const;
}

/** An empty form, with the local path to go to afterwards, and the address of a user who is signed in already. */
function form(
  kind: FormKind,
  {
    assets,
    query,
    principal,
    sessionCookie,
    registrationOpen,
    minPasswordLength,
    mail,
    publicUrl,
    takesUsernames,
  }: Omit<FormRules, "sendsMail" | "passkeySite"> &
    Pick<HandlerContext, "sessionCookie" | "mail" | "publicUrl"> & {
      assets: Assets;
      query: { next?: string; by?: string };
      principal: Principal | null;
    },
): string {
  const cookiesCollide = sessionCookie.ambiguous;
  return accountForm(
    assets,
    kind,
    {
      next: localPath(query.next),
      ...(query.by === "username" && { username: "" }),
      signedInAs: principal?.email,
      cookiesCollide,
    },
    {
      registrationOpen,
      minPasswordLength,
      takesUsernames,
      sendsMail: mail !== null,
      passkeySite: passkeySite(publicUrl),
    },
  );
}
