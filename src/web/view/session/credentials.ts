import type { Client } from "openapi-fetch";
import type { paths } from "../../../../generated/openapi.ts";
import { tokenHeader } from "../api/client.ts";
import { contentOf, Failure } from "../api/failure.ts";
import type { Tabs } from "./tabs.ts";
import type { KeptToken, TokenStore } from "./token-store.ts";

/** The session of the browser's cookie, as the server drew the page for it or another tab has begun it. */
export interface CookieSession {
  readonly id: string;
  readonly email: string;
  /** Whether the cookie outlives the browser. */
  readonly persistent: boolean;
}

/** By what somebody is signed in. */
export interface Credentials {
  readonly token: string | null;
  /** The token and where it is kept; null while there is none. */
  kept: KeptToken | null;
  cookie: CookieSession | null;
  /** Has and keeps a token from now on. */
  keep(kept: KeptToken): void;
  /** Has the cookie get a token, which every tab can have, and which lasts no longer than it. Throws a {@link Failure}. */
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
  tabs: Tabs,
  cookie: CookieSession | null,
): Credentials {
  let taking: Promise<void> | undefined;

  async function take(): Promise<void> {
    const { authentication_token: token, session_id: session = null } = await contentOf(
      api().POST("/api/tokens", { body: {}, credentials: "same-origin" }),
    );
    const persistent = session !== null && session === held.cookie?.id && held.cookie.persistent;
    held.keep({ token, session, persistent });
    if (!persistent) tabs.tellEntered();
  }

  const held: Credentials = {
    kept: null,
    get token() {
      return held.kept?.token ?? null;
    },
    cookie,
    keep: (kept) => {
      held.kept = kept;
      store.write(kept);
    },
    takeToken: () => {
      taking ??= take().finally(() => {
        taking = undefined;
      });
      return taking;
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
      if (held.kept !== null) store.drop(held.kept.token, held.kept.session);
      held.kept = null;
    },
  };
  return held;
}
