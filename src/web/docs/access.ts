import createClient from "openapi-fetch";
import type { paths } from "../../../generated/openapi.ts";
import { basePath, tokenHeader } from "../view/api/client.ts";
import { contentOf, Failure } from "../view/api/failure.ts";
import type { Tabs } from "../view/session/tabs.ts";
import type { KeptToken, TokenStore } from "../view/session/token-store.ts";

/** The sign-in of this page: by a token that Swagger UI sends, or by a cookie that the browser sends. */
export interface Access {
  readonly email: string;
  /** Undefined for a session: no script can read its cookie. */
  readonly token?: string;
  /** The stored token of the start page, when it is the one in use. */
  readonly kept?: KeptToken;
}

/** The kind of sign-in that a person asks for: a token, or a session with a cookie. */
export type AccessKind = "token" | "session";

/** The reason for a change: a person asked for it, a stored token was found, or the server has ended the sign-in. */
export type AccessChange = "asked" | "found" | "ended";

/** The sign-in of this page, and the ways to change it. */
export interface AccessKeeper {
  readonly current: Access | undefined;
  /** The sentence about a sign-in that has ended by itself; "" for none. */
  readonly ended: string;
  /** Takes over the start page's token, if it works and belongs to the person for whom the page is drawn. */
  find(): Promise<void>;
  /** Asks the server whether the sign-in still works. */
  check(): Promise<void>;
  /** Answers undefined, or a sentence about why it failed. */
  signIn(email: string, password: string, kind: AccessKind): Promise<string | undefined>;
  /** Answers undefined, or a sentence about why it failed. */
  signOut(): Promise<string | undefined>;
}

/**
 * Keeps the sign-in of this page, in memory only.
 *
 * @param sessionOf the e-mail address of the session that the page was opened with
 * @param store the place where the start page keeps its token
 * @param tabs the browser's other tabs, one of which may have a token
 * @param onChange called after each change
 */
export function keepAccess(
  sessionOf: string | undefined,
  store: TokenStore,
  tabs: Tabs,
  onChange: (change: AccessChange) => void,
): AccessKeeper {
  const client = createClient<paths>({ baseUrl: basePath() });
  let current: Access | undefined = sessionOf === undefined ? undefined : { email: sessionOf };
  let ended = "";
  const change = (access: Access | undefined, reason: AccessChange, sentence = "") => {
    current = access;
    ended = sentence;
    onChange(reason);
  };
  /** The e-mail address of the owner of a token, or of the cookie's session; null when it works no more, undefined when unknown. */
  const ownerOf = async (token: string | undefined): Promise<string | null | undefined> => {
    try {
      const { data, response } = await client.GET("/api/me", by(token));
      return data?.email ?? (response.status === 401 ? null : undefined);
    } catch {
      return undefined;
    }
  };
  /** Goes back to the session, if there is one, when a token works no more. */
  const end = async (sentence: string) => {
    const before = current;
    const left = before?.token && sessionOf !== undefined ? await ownerOf(undefined) : null;
    if (current === before) change(left ? { email: left } : undefined, "ended", sentence);
  };

  store.watch((event) => {
    if (event === "entered") void keeper.find();
    else if (current?.kept) void keeper.check();
  });
  tabs.watch((event) => {
    if (event === "entered") void keeper.find();
    // A sign-out in another tab ends the token's session too.
    else if (current?.kept) change(undefined, "ended", "You have signed out in another tab.");
  });

  const keeper: AccessKeeper = {
    get current() {
      return current;
    },
    get ended() {
      return ended;
    },
    async find() {
      const before = current;
      if (before?.token) return;
      const kept = store.read() ?? (await tabs.askForToken(null));
      if (kept === null) return;
      const email = await ownerOf(kept.token);
      if (!email || current !== before || (before && before.email !== email)) return;
      change({ email, token: kept.token, kept }, "found");
    },
    async check() {
      const before = current;
      if (!before || (await ownerOf(before.token)) !== null || current !== before) return;
      const what = before.token ? "token" : "cookie session";
      await end(`The ${what} of ${before.email} has ended: the server takes it no more. Sign in again to go on.`);
    },
    async signIn(email, password, kind) {
      const asked = kind === "token";
      const query = asked ? { include_auth_token: "true" } : {};
      const body = { email, password, ...(asked && { token_name: "API documentation" }) };
      try {
        const { user } = (await contentOf(client.POST("/login", { params: { query }, body }))).response;
        change({ email: user.email, ...(user.authentication_token && { token: user.authentication_token }) }, "asked");
        return undefined;
      } catch (error) {
        return sentence(error);
      }
    },
    async signOut() {
      const { token, kept } = current ?? {};
      try {
        // Token and session are ended one after the other: they may belong to different users.
        if (token) await contentOf(client.POST("/logout", by(token)));
        await contentOf(client.POST("/logout", by(undefined)));
      } catch (error) {
        return `You are still signed in. ${sentence(error)}`;
      }
      if (kept) {
        store.drop(kept.token, kept.session);
        tabs.tellLeft();
      }
      change(undefined, "asked");
      return undefined;
    },
  };
  return keeper;
}

/** The sentence about a call that failed, by whatever answer, a proxy's too, or by none. */
function sentence(error: unknown): string {
  if (error instanceof Failure) return error.message;
  throw error;
}

/** The options of a call by a token alone, or by the cookie. */
function by(token: string | undefined) {
  if (token === undefined) return { credentials: "same-origin" } as const;
  return { headers: tokenHeader(token), credentials: "omit" } as const;
}
