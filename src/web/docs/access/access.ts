import type { Tabs } from "../../view/session/tabs.ts";
import type { KeptToken, TokenStore } from "../../view/session/token-store.ts";
import { enter, leave, ownerOf } from "./calls.ts";

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
  let current: Access | undefined = sessionOf === undefined ? undefined : { email: sessionOf };
  let ended = "";
  const change = (access: Access | undefined, reason: AccessChange, sentence = "") => {
    current = access;
    ended = sentence;
    onChange(reason);
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
      const entered = await enter(email, password, kind === "token" ? "API documentation" : undefined);
      if (typeof entered === "string") return entered;
      const token = entered.authentication_token;
      change({ email: entered.email, ...(token && { token }) }, "asked");
      return undefined;
    },
    async signOut() {
      const { token, kept } = current ?? {};
      // Token and session are ended one after the other: they may belong to different users.
      const refusal = token && (await leave(token));
      if (refusal) return `You are still signed in. ${refusal}`;
      const left = await leave(undefined);
      if (kept) {
        store.drop(kept.token, kept.session);
        tabs.tellLeft();
      }
      if (left === undefined) {
        change(undefined, "asked");
        return undefined;
      }
      if (!token) return `You are still signed in. ${left}`;
      // Another tab may have opened a session, or ended it, since this page was drawn.
      const email = (await ownerOf(undefined)) ?? sessionOf;
      change(email === undefined ? undefined : { email }, "ended");
      const what = email === undefined ? "a cookie session, if there is one, has not" : "the cookie session has not";
      return `The token has ended, but ${what}. ${left}`;
    },
  };
  return keeper;
}
