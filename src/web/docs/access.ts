import createClient from "openapi-fetch";
import type { paths } from "../../../generated/openapi.ts";
import { tokenHeader } from "../view/api/client.ts";
import type { Tabs } from "../view/session/tabs.ts";
import type { KeptToken, TokenStore } from "../view/session/token-store.ts";

/** How this page is signed in: by a token that Swagger UI sends, or by a cookie that the browser sends. */
export interface Access {
  readonly email: string;
  /** Undefined for a session, whose cookie no script can read. */
  readonly token?: string;
  /** The token as the start page keeps it, where it is that one. */
  readonly kept?: KeptToken;
}

/** What a person asks for: a token, or a session with a cookie. */
export type AccessKind = "token" | "session";

/** Why it is another: a person asked for it, one was found that the start page keeps, or the server takes it no more. */
export type AccessChange = "asked" | "found" | "ended";

/** Who is signed in on this page, and the ways to change that. */
export interface AccessKeeper {
  readonly current: Access | undefined;
  /** What has ended without anybody having asked for it on this page, as a sentence; "" when nothing has. */
  readonly ended: string;
  /** Takes over the token that the start page keeps, where there is one that works, of the person whom the page is drawn for. */
  find(): Promise<void>;
  /** Finds out whether the server still takes what there is. */
  check(): Promise<void>;
  /** Answers undefined, or a sentence that says why it did not work. */
  signIn(email: string, password: string, kind: AccessKind): Promise<string | undefined>;
  /** Answers undefined, or a sentence that says why it did not work. */
  signOut(): Promise<string | undefined>;
}

/**
 * Keeps who is signed in, in memory only.
 *
 * @param sessionOf the e-mail address of the session that the page was opened with
 * @param store where the start page keeps its token
 * @param tabs the browser's other tabs, one of which may have it
 * @param onChange told after each change
 */
export function keepAccess(
  sessionOf: string | undefined,
  store: TokenStore,
  tabs: Tabs,
  onChange: (change: AccessChange) => void,
): AccessKeeper {
  const client = createClient<paths>();
  let current: Access | undefined = sessionOf === undefined ? undefined : { email: sessionOf };
  let ended = "";
  const change = (access: Access | undefined, reason: AccessChange, sentence = "") => {
    current = access;
    ended = sentence;
    onChange(reason);
  };
  /** Whose a token is, or the cookie's session; null when it works no more, undefined when that cannot be found out. */
  const ownerOf = async (token: string | undefined): Promise<string | null | undefined> => {
    try {
      const { data, response } = await client.GET("/api/me", by(token));
      return data?.email ?? (response.status === 401 ? null : undefined);
    } catch {
      return undefined;
    }
  };
  /** What is left where a token works no more: the session, if there is one. */
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
    // That ends its session, too.
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
        const { data, error } = await client.POST("/login", { params: { query }, body });
        if (!data) return typeof error === "string" ? error : error.response.errors.join(" ");
        const { user } = data.response;
        change({ email: user.email, ...(user.authentication_token && { token: user.authentication_token }) }, "asked");
        return undefined;
      } catch {
        return "The server cannot be reached. Try again.";
      }
    },
    async signOut() {
      const { token, kept } = current ?? {};
      try {
        // Each by itself: they may be of different users.
        for (const call of [...(token ? [by(token)] : []), by(undefined)]) {
          const { error } = await client.POST("/logout", call);
          if (error) return typeof error === "string" ? error : error.response.errors.join(" ");
        }
      } catch {
        return "The server cannot be reached. Try again.";
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

/** A call by a token and nothing else, or by the cookie. */
function by(token: string | undefined) {
  return token === undefined
    ? ({ credentials: "same-origin" } as const)
    : ({ headers: tokenHeader(token), credentials: "omit" } as const);
}
