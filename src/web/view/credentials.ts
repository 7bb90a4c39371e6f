import type { Client } from "openapi-fetch";
import type { paths } from "../../../generated/openapi.ts";
import { tokenHeader } from "./client.ts";
import { contentOf, Failure } from "./failure.ts";
import type { TokenStore } from "./token-store.ts";

/** The session of the browser's cookie, as the server drew the page for it or another tab has begun it. */
export interface CookieSession {
  readonly id: string;
  readonly email: string;
}

/** By what somebody is signed in. */
export interface Credentials {
  token: string | null;
  cookie: CookieSession | null;
  /** Has the cookie get a token, for every tab. Throws a {@link Failure}. */
  takeToken(): Promise<void>;
  /** Whose token this is; null when it works no more. Throws a {@link Failure}. */
  ownerOf(token: string): Promise<string | null>;
  /**
   * What the server says of the cookie, once there is no token: that it is good, that its session has ended, or that there is none
   * any more, as after every sign-out. Throws a {@link Failure}.
   */
  askOfCookie(): Promise<"good" | "ended" | "gone">;
  /** Has the server end a token, and by `same-origin` the cookie's session. Throws a {@link Failure}. */
  end(token: string | null, credentials: RequestCredentials): Promise<void>;
  /** Forgets the token here, and where it is kept. */
  dropToken(): void;
}

/** What one page has of them; `api` carries the token by itself. */
export function createCredentials(
  api: () => Client<paths>,
  store: TokenStore,
  cookie: CookieSession | null,
): Credentials {
  const held: Credentials = {
    token: null,
    cookie,
    takeToken: async () => {
      const made = await contentOf(api().POST("/api/tokens", { body: {}, credentials: "same-origin" }));
      held.token = made.authentication_token;
      store.write(held.token, made.session_id === undefined ? "for this tab" : { session: made.session_id });
    },
    ownerOf: async (token) => {
      try {
        return (await contentOf(api().GET("/api/me", { headers: tokenHeader(token) }))).email;
      } catch (error) {
        if (error instanceof Failure && error.status === 401) return null;
        throw error;
      }
    },
    askOfCookie: async () => {
      try {
        await contentOf(api().GET("/api/me", { credentials: "same-origin" }));
        return "good";
      } catch (error) {
        if (!(error instanceof Failure) || error.status !== 401) throw error;
        return error.credentialRefused ? "ended" : "gone";
      }
    },
    end: async (token, credentials) => {
      await contentOf(api().POST("/logout", { credentials, ...(token !== null && { headers: tokenHeader(token) }) }));
    },
    dropToken: () => {
      // Another tab may have put its own there meanwhile.
      if (store.read()?.token === held.token) store.clear();
      held.token = null;
    },
  };
  return held;
}
