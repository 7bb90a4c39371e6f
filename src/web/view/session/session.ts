import type { Client } from "openapi-fetch";
import { reactive } from "vue";
import type { paths } from "../../../../generated/openapi.ts";
import { contentOf, Failure } from "../api/failure.ts";
import type { Credentials } from "./credentials.ts";
import type { Tabs } from "./tabs.ts";
import type { KeptToken, TokenStore } from "./token-store.ts";

const LEFT = "You have been signed out. Sign in to go on.";
const LEFT_ELSEWHERE = "You have signed out in another tab.";
const OTHER = "Nothing was changed: somebody else is signed in now.";
const AGAIN = "It is a while since you signed in. Enter your password to go on.";

/** What the page asks of the person: who they are, or that they are still the same. */
export interface Question {
  readonly kind: "sign-in" | "register" | "password";
  readonly reason: string;
}

/** The person closed the question without an answer, or it was another person who answered it. */
export class Declined extends Error {
  override readonly name = "Declined";
}

export interface Session {
  /** Who is signed in. */
  readonly email: string | null;
  /** Who was signed in until the server ended it: whom it probably asks now. Nobody after a sign-out. */
  readonly lastEmail: string | null;
  /** Whether they had wanted to be kept signed in. */
  readonly lastKeep: boolean;
  readonly question: Question | null;
  /** What happened just now, for all to hear. */
  readonly news: string;
  tell(news: string): void;
  /**
   * Does something that needs a token: where there is none that works, or it is too old, the person is asked and it is done then.
   * Throws {@link Declined}.
   */
  authorized<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Asks the person; throws {@link Declined}. */
  ask(question: Question): Promise<void>;
  /** Answers the question. Throws a {@link Failure}. */
  enter(
    kind: "sign-in" | "register",
    email: string,
    password: string,
    keep: boolean,
    signal: AbortSignal,
  ): Promise<void>;
  prove(password: string): Promise<void>;
  decline(): void;
  leave(): Promise<void>;
  /** Another tab has signed out: it has ended the session, and here the token goes. */
  follow(): Promise<void>;
  /** Forgets who was signed in, in every tab: the server has ended it all. */
  forgetEverywhere(news: string): void;
  /** Whether that is known: before, nobody is to be told that they are signed out. */
  readonly known: boolean;
  /** Why it could not be found out. */
  readonly failure: Failure | null;
  /** Whether the browser's cookie is of the person who is signed in here, so that it may go along. */
  readonly credentials: "same-origin" | "omit";
  /** Finds out who is signed in. */
  begin(): Promise<void>;
  /** Another tab has signed in, and left its token for all. */
  join(): Promise<void>;
  /** Finds out whether the sign-in is still good, and asks the person where it is not. */
  check(): Promise<void>;
}

/** Who is signed in. The cookie gets itself a token, so that whoever signed in by a form can go on here. */
export function createSession(api: Client<paths>, store: TokenStore, tabs: Tabs, held: Credentials): Session {
  let answer = Promise.withResolvers<void>();

  /** Takes over the token that another tab has got since, if it is of the same person. */
  async function renew(): Promise<boolean> {
    const kept = store.read(held.token) ?? (await tabs.askForToken(held.token));
    const email = kept === null ? null : await held.ownerOf(kept.token);
    if (kept === null || email === null) return false;
    if (email === session.email) {
      adopt(kept, email);
      return true;
    }
    // The browser is somebody else's by now: what they have is not for this tab to end.
    held.cookie = null;
    return false;
  }

  function adopt(kept: KeptToken, email: string): void {
    held.keep(kept);
    if (kept.session !== null) held.cookie = { id: kept.session, email, persistent: kept.persistent };
    session.email = email;
  }

  function forget(): void {
    held.dropToken();
    held.cookie = null;
    session.email = null;
    session.lastEmail = null;
    session.lastKeep = false;
  }

  /**
   * The token works no more: somebody has revoked this device. Its cookie must not bring it back. The person is asked at once, so
   * that what they see stays. Whoever has signed out by a form of another tab, which takes the cookie away, is not.
   */
  async function lose(kept = held.kept): Promise<{ asked: Promise<void> }> {
    const email = session.email ?? session.lastEmail;
    const keep = kept?.persistent ?? held.cookie?.persistent ?? session.lastKeep;
    const byCookie = held.cookie !== null;
    held.dropToken();
    held.cookie = null;
    if (byCookie && (await held.askOfCookie().catch(() => null)) === "gone") {
      forget();
      session.tell(LEFT_ELSEWHERE);
      return { asked: Promise.resolve() };
    }
    session.email = null;
    session.lastEmail = email;
    session.lastKeep = keep;
    const asked = session.ask({ kind: "sign-in", reason: LEFT });
    // Whoever does not wait for the answer need not hear of a refusal.
    asked.catch(() => {});
    if (byCookie) await held.end(null, "same-origin").catch(() => {});
    return { asked };
  }

  const session: {
    -readonly [Key in keyof Session]: Session[Key];
  } = reactive({
    email: null,
    lastEmail: null,
    lastKeep: false,
    question: null,
    news: "",
    known: false,
    failure: null,
    get credentials() {
      return held.cookie === null ? "omit" : "same-origin";
    },
    tell: (news) => {
      session.news = news;
    },
    authorized: async (work) => {
      const person = session.email ?? session.lastEmail;
      for (;;) {
        if (person !== null && session.email !== null && session.email !== person) {
          session.tell(OTHER);
          throw new Declined(OTHER);
        }
        try {
          if (held.token === null && held.cookie !== null) await held.takeToken();
          if (held.token !== null) return await work();
          await session.ask({ kind: "sign-in", reason: "Sign in to go on." });
        } catch (error) {
          if (!(error instanceof Failure) || error.status !== 401) throw error;
          if (error.reauthRequired) await session.ask({ kind: "password", reason: AGAIN });
          else if (!(await renew())) await (await lose()).asked;
        }
      }
    },
    ask: (question) => {
      if (session.question === null) {
        answer = Promise.withResolvers();
        session.question = question;
      }
      return answer.promise;
    },
    enter: async (kind, email, password, keep, signal) => {
      const call = { params: { query: { include_auth_token: "true" } }, body: { email, password } } as const;
      const how = { ...call, credentials: "same-origin", signal } as const;
      const { response } = await contentOf(kind === "register" ? api.POST("/register", how) : api.POST("/login", how));
      const { user } = response;
      if (user.authentication_token === undefined)
        throw new Failure({ status: 500, message: "The server gave no token." });
      // One browser, one person: a session of somebody else would speak for them on the other pages.
      if (held.cookie !== null && held.cookie.email !== user.email) await held.end(null, "same-origin").catch(() => {});
      if (held.cookie?.email !== user.email) held.cookie = null;
      held.keep({ token: user.authentication_token, session: null, persistent: keep });
      session.email = user.email;
      session.question = null;
      answer.resolve();
    },
    prove: async (password) => {
      await contentOf(api.POST("/verify", { body: { password }, credentials: session.credentials }));
      session.question = null;
      answer.resolve();
    },
    decline: () => {
      session.question = null;
      answer.reject(new Declined("Nothing was changed: only who is signed in can do that."));
    },
    leave: async () => {
      const { token, cookie } = held;
      forget();
      tabs.tellLeft();
      try {
        await held.end(token, "same-origin").catch(async (error: Failure) => {
          if (error.status !== 400) throw error;
          // The cookie has become somebody else's: each is ended by itself.
          await held.end(token, "omit");
          if (cookie !== null) await held.end(null, "same-origin");
        });
        session.tell("You are signed out.");
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        store.leaving = cookie?.id ?? null;
        session.tell(`You are signed out on this page. ${error.message} Reload the page to sign out for good.`);
      }
    },
    follow: async () => {
      const { token } = held;
      forget();
      session.tell(LEFT_ELSEWHERE);
      if (token !== null) await held.end(token, "omit").catch(() => {});
    },
    forgetEverywhere: (news) => {
      forget();
      tabs.tellLeft();
      session.tell(news);
    },
    begin: async () => {
      session.failure = null;
      try {
        // First: to end a session clears what is kept.
        const kept = store.read() ?? (await sharedToken());
        const signedInBy = kept?.session ?? store.session;
        await finishLeaving();
        held.kept = kept;
        if (held.cookie !== null) session.email = held.cookie.email;
        if (kept !== null) {
          if (await isCurrent(kept)) {
            if (store.read() === null) held.keep(kept);
            return;
          }
          // The session that it came from is over, or somebody else has signed in by the form since. Their token takes its place, so
          // that no other tab takes this for a sign-out.
          if (held.cookie === null) held.dropToken();
          held.kept = null;
          await held.end(kept.token, "omit").catch(() => {});
        }
        if (held.cookie === null) {
          store.drop(null, signedInBy);
          if (signedInBy !== null && (await held.askOfCookie()) === "ended") await lose(kept);
          return;
        }
        await held.takeToken();
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (error.status !== 401) session.failure = error;
        // The cookie's sign-in may be an old one: the password is asked for when it is needed.
        else if (!error.reauthRequired) await lose();
      } finally {
        session.known = true;
      }
    },
    join: async () => {
      const kept = store.read() ?? (await tabs.askForToken(null));
      const email = kept === null ? null : await held.ownerOf(kept.token).catch(() => null);
      if (kept === null || email === null || session.email !== null) return;
      adopt(kept, email);
      if (session.question?.kind === "password") return;
      session.question = null;
      answer.resolve();
    },
    check: async () => {
      const { token } = held;
      if (session.email === null || token === null) return;
      const email = await held.ownerOf(token).catch(() => undefined);
      if (email === null && held.token === token && !(await renew())) await lose();
    },
  });

  /** The token of the browser's session that another tab has, where one has ever had it. */
  async function sharedToken(): Promise<KeptToken | null> {
    const { cookie } = held;
    if (cookie === null || store.session !== cookie.id) return null;
    const kept = await tabs.askForToken(null);
    return kept?.session === cookie.id ? kept : null;
  }

  /** Tells the server of the sign-out that it has not heard of, unless somebody has signed in by the form since. */
  async function finishLeaving(): Promise<void> {
    if (store.leaving !== null && store.leaving === held.cookie?.id) {
      await held.end(null, "same-origin");
      held.cookie = null;
    }
    store.leaving = null;
  }

  /** Whether a token is of the person whom the page is drawn for; then that is known. Throws a {@link Failure} when it works no more. */
  async function isCurrent({ session: madeBy }: KeptToken): Promise<boolean> {
    if (madeBy !== null && madeBy !== held.cookie?.id) return false;
    const { email } = await contentOf(api.GET("/api/me"));
    if (held.cookie !== null && held.cookie.email !== email) return false;
    session.email = email;
    return true;
  }
  return session;
}
