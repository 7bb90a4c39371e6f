import { RefreshTokenRequired } from "../../domain/refresh-tokens/errors.ts";
import { exchangeRefresh, ownerOfRefresh } from "../../domain/refresh-tokens/exchange.ts";
import type { Operation } from "../handler-context.ts";
import { RefreshTokensOff } from "../steps/errors.ts";
import { occasionOf } from "../steps/occasion.ts";

export const refreshToken: Operation<"refreshToken"> = async (request) => {
  const { em, keys, body, attempts, lifetimes, now, refreshTokens, refreshCookie } = request;
  if (refreshTokens === "off") throw new RefreshTokensOff();
  const byCookie = refreshCookie.presented !== undefined;
  const given = refreshCookie.presented ?? body?.refresh_token;
  if (given === undefined || given === "") throw new RefreshTokenRequired();
  await attempts.makeToken(await ownerOfRefresh(em, keys, given));
  const { token, refresh, expiresAt } = await exchangeRefresh(em, keys, given, lifetimes, occasionOf(request));
  if (byCookie) refreshCookie.give(refresh, expiresAt.getTime() - now.getTime());
  return {
    status: 200,
    headers: { "Cache-Control": "no-store" },
    body: {
      meta: { code: 200 },
      response: { user: { authentication_token: token, ...(!byCookie && { refresh_token: refresh }) } },
    },
  };
};
