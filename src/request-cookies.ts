import { randomBytes } from "node:crypto";
import type { Context } from "koa";
import { cookieValues, onlyCookie } from "./contract/security/cookies.ts";
import { DEVICE_LIFETIME_SECONDS, issueDevice, readDevice } from "./domain/attempts/known-browser.ts";
import { WAITING_MS } from "./domain/second-factor/waiting-sign-in.ts";
import type { SecretKeys } from "./domain/secrets/secret-keys.ts";
import { cookiePrefix, writeCookie } from "./http/cookie.ts";
import type { AskCookie, DeviceCookie, SessionCookie, SignInCookie } from "./operations/client-cookies.ts";
import type { RefreshCookie } from "./operations/tokens/refresh-cookie.ts";

/** The cookie of a browser that has signed in before. It is no credential, so the contract has a parameter for it, and no scheme. */
const DEVICE_COOKIE = "kudos_device";

/** The cookie of a browser that has asked for a mail, kept for longer than the links of mails live. It is no credential, either. */
const ASK_COOKIE = "kudos_asked";
const ASK_SECONDS = 24 * 60 * 60;
const ASK_BYTES = 16;
const ASK_SECRET = /^[\w-]{22}$/;

/** The cookie of a sign-in that waits for its second factor. It is a credential for the operations that finish it, and for no other. */
const SIGN_IN_COOKIE = "kudos_sign_in";

/** The cookie with a refresh token: a credential for what exchanges it, and ends it, alone. */
const REFRESH_COOKIE = "kudos_refresh";

/** The cookie of a browser that has signed in before. */
export function deviceCookieOf(ctx: Context, keys: () => SecretKeys): DeviceCookie {
  const device = () => cookieValues(ctx, cookiePrefix(ctx) + DEVICE_COOKIE)[0];
  return {
    idFor: (account) => readDevice(keys(), account, device()),
    remember: (account) => {
      const value = issueDevice(keys(), account, device());
      ctx.append("Set-Cookie", writeCookie(ctx, DEVICE_COOKIE, value, DEVICE_LIFETIME_SECONDS));
    },
  };
}

/** The cookie of a browser that has asked for a mail. */
export function askCookieOf(ctx: Context): AskCookie {
  const [sent = ""] = cookieValues(ctx, cookiePrefix(ctx) + ASK_COOKIE);
  const secret = ASK_SECRET.test(sent) ? sent : null;
  return {
    secret,
    give: () => {
      const kept = secret ?? randomBytes(ASK_BYTES).toString("base64url");
      ctx.append("Set-Cookie", writeCookie(ctx, ASK_COOKIE, kept, ASK_SECONDS));
      return kept;
    },
  };
}

/** The cookie of a sign-in that waits for its second factor. */
export function signInCookieOf(ctx: Context): SignInCookie {
  return {
    presented: onlyCookie(ctx, cookiePrefix(ctx) + SIGN_IN_COOKIE),
    give: (text) => void ctx.append("Set-Cookie", writeCookie(ctx, SIGN_IN_COOKIE, text, WAITING_MS / 1000)),
    take: () => void ctx.append("Set-Cookie", writeCookie(ctx, SIGN_IN_COOKIE, "", 0)),
  };
}

/** The cookie with a refresh token, which no page of another site can have sent. */
export function refreshCookieOf(ctx: Context): RefreshCookie {
  const set = (text: string, seconds: number) =>
    ctx.append("Set-Cookie", writeCookie(ctx, REFRESH_COOKIE, text, seconds, "Strict"));
  return {
    presented: onlyCookie(ctx, cookiePrefix(ctx) + REFRESH_COOKIE),
    give: (text, lifetimeMs) => set(text, Math.floor(lifetimeMs / 1000)),
    take: () => set("", 0),
  };
}

/** The session cookie; `name` is its name without prefix. */
export function sessionCookieOf(ctx: Context, name: string): SessionCookie {
  const values = cookieValues(ctx, cookiePrefix(ctx) + name);
  return {
    presented: values[0],
    ambiguous: values.length > 1,
    name: cookiePrefix(ctx) + name,
    give: (session, maxAgeSeconds) => writeCookie(ctx, name, session, maxAgeSeconds),
    take: () => writeCookie(ctx, name, "", 0),
  };
}
