import type { Context } from "koa";
import { cookieValues, onlyCookie } from "./contract/security/cookies.ts";
import { DEVICE_LIFETIME_SECONDS, issueDevice, readDevice } from "./domain/attempts/known-browser.ts";
import { WAITING_MS } from "./domain/second-factor/waiting-sign-in.ts";
import type { SecretKeys } from "./domain/secrets/secret-keys.ts";
import { cookiePrefix, writeCookie } from "./http/cookie.ts";
import type { HandlerContext } from "./operations/handler-context.ts";

/** The cookie of a browser that has signed in before. It is no credential, so the contract has no scheme for it. */
const DEVICE_COOKIE = "kudos_device";
/** The cookie of a sign-in that waits for its second factor. It is one for the operations that finish it, and for no other. */
const SIGN_IN_COOKIE = "kudos_sign_in";

/** The cookie of a known browser, in a request and its answer. */
export function deviceCookieOf(ctx: Context, keys: SecretKeys): HandlerContext["deviceCookie"] {
  const device = () => cookieValues(ctx, cookiePrefix(ctx) + DEVICE_COOKIE)[0];
  return {
    idFor: (account) => readDevice(keys, account, device()),
    remember: (account) => {
      const value = issueDevice(keys, account, device());
      ctx.append("Set-Cookie", writeCookie(ctx, DEVICE_COOKIE, value, DEVICE_LIFETIME_SECONDS));
    },
  };
}

/** The cookie of a sign-in that waits for its second factor. */
export function signInCookieOf(ctx: Context): HandlerContext["signInCookie"] {
  return {
    presented: onlyCookie(ctx, cookiePrefix(ctx) + SIGN_IN_COOKIE),
    give: (text) => void ctx.append("Set-Cookie", writeCookie(ctx, SIGN_IN_COOKIE, text, WAITING_MS / 1000)),
    take: () => void ctx.append("Set-Cookie", writeCookie(ctx, SIGN_IN_COOKIE, "", 0)),
  };
}

/** The session cookie. `name` is the cookie's name without prefix. */
export function sessionCookieOf(ctx: Context, name: string): HandlerContext["sessionCookie"] {
  const values = cookieValues(ctx, cookiePrefix(ctx) + name);
  return {
    presented: values[0],
    ambiguous: values.length > 1,
    name: cookiePrefix(ctx) + name,
    give: (session, maxAgeSeconds) => writeCookie(ctx, name, session, maxAgeSeconds),
    take: () => writeCookie(ctx, name, "", 0),
  };
}
