import type { Client } from "openapi-fetch";
import type { paths } from "../../../../generated/openapi.ts";
import { tokenHeader } from "../api/client.ts";
import { contentOf, Failure } from "../api/failure.ts";
import type { Tabs } from "./tabs.ts";
import type { KeptToken, TokenStore } from "./token-store.ts";

/** The session of the browser's cookie: the one for which the server drew the page, or a newer one of another tab. */
export interface CookieSession {
  readonly id: string;
  readonly email: string;
  /** Whether the cookie outlives the browser. */
  readonly persistent: boolean;
}

/** The credentials of the page: a token, the cookie's session, or both. */
export interface Credentials {
  readonly token: string | null;
  /** The token and where it is kept; null while there is none. */
  kept: KeptToken | null;
  cookie: CookieSession | null;
  /** Takes a token, and stores it. */
  keep(kept: KeptToken): void;
  /** Makes a token by the cookie, shared by all tabs, which ends with the cookie's session. Throws a {@link Failure}. */
  takeToken(): Promise<void>;
  /** The e-mail address of a token's owner; null when it works no more. Throws a {@link Failure}. */
  ownerOf(token: string): Promise<string | null>;
  /**
   * The server's answer about the cookie, asked once there is no token: it works, its session has ended, or the browser has none
   * any more, as after every sign-out. Throws a {@link Failure}.
   */
  askOfCookie(): Promise<"good" | "ended" | "gone">;
  /** Ends a token at the server, and with `same-origin` the cookie's session too. Throws a {@link Failure}. */
  end(token: string | null, credentials: RequestCredentials): Promise<void>;
  /** Forgets the token, here and in the store. */
  dropToken(): void;
}

/** The credentials of one page. `api` is a function because the client reads the token from here. */
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
