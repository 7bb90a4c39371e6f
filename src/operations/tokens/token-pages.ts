import { listCredentials } from "../../domain/credentials/authenticate.ts";
import { LifetimeRefused, ScopesRequired, TokenNotFound } from "../../domain/credentials/errors.ts";
import { revokeCredential } from "../../domain/credentials/revoke.ts";
import { type Principal, provedLately } from "../../domain/principal.ts";
import { type TokensState, tokensPage } from "../../web/pages/account/tokens-page.ts";
import type { HandlerContext, Operation } from "../handler-context.ts";
import { privatePage } from "../steps/coded-answer.ts";
import { occasionOf } from "../steps/occasion.ts";
import { answerRevocation } from "../steps/sign-out.ts";
import { prefersPages, seeOther } from "../steps/signed-in-answer.ts";
import { makePersonal, mostDays } from "./personal-token.ts";

const PATH = "/account/tokens";

export const showPersonalTokens: Operation<"showPersonalTokens"> = async (request) => {
  const { principal } = request;
  if (principal === null) return seeOther(`/login?next=${PATH}`);
  return privatePage(await draw(request, principal));
};

export const makePersonalToken: Operation<"makePersonalToken"> = async (request) => {
  const { principal, accepts, deviceName } = request;
  const { name = "", scopes = [], days } = request.body;
  try {
    const { token, view } = await makePersonal(request, { name: name.trim() || deviceName, scopes, days });
    return privatePage(await draw(request, principal, { made: { token, name: view.name } }));
  } catch (error) {
    const isOfForm = error instanceof ScopesRequired || error instanceof LifetimeRefused;
    if (!isOfForm || !prefersPages(accepts)) throw error;
    const field = error instanceof ScopesRequired ? "scopes" : "days";
    const text = error instanceof ScopesRequired ? "Choose at least one." : error.message;
    const typed = { name, scopes, days, errors: { [field]: [text] } };
    return { status: 400, mediaType: "text/html", body: await draw(request, principal, { typed }) };
  }
};

export const endPersonalToken: Operation<"endPersonalToken"> = async (request) => {
  const { em, principal, path, accepts } = request;
  try {
    const own = { userId: principal.userId, id: path.token_id };
    await revokeCredential(em, "token", own, occasionOf(request, principal));
  } catch (error) {
    // It has ended elsewhere meanwhile, which is the wanted state.
    if (!(error instanceof TokenNotFound)) throw error;
  }
  const answer = answerRevocation(request, ({ id }) => id === path.token_id);
  return prefersPages(accepts) ? seeOther(PATH, answer.headers?.["Set-Cookie"]) : answer;
};

/** The page, with the tokens as they are now. */
async function draw(
  request: HandlerContext,
  principal: Principal,
  shown: Pick<TokensState, "made" | "typed"> = {},
): Promise<string> {
  const { em, assets, usage, lifetimes, now, registrationOpen } = request;
  const tokens = await listCredentials(em, "token", { userId: principal.userId, now, lifetimes });
  return tokensPage(assets, {
    ...shown,
    signedInAs: principal.email,
    registrationOpen,
    fresh: provedLately(principal, now),
    mostDays: mostDays(lifetimes),
    tokens: tokens
      .filter(({ tokenKind }) => tokenKind === "personal")
      .map(({ id, name, createdAt, lastUsedAt, expiresAt, scopes }) => ({
        ...{ id, name, createdAt, expiresAt, scopes: scopes ?? [] },
        lastUsedAt: usage.lastUse({ kind: "token", id }) ?? lastUsedAt,
      })),
  });
}
