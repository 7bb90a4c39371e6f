/** Where the lecture's front end has it, too. */
const KEY = "auth-token";
/** Beside a token that this browser's session was asked for: the session's id. As that, it is there for every tab, and ends with it. */
const SESSION = "auth-token-session";
/** Written for a moment, so that the other tabs hear of it. */
const LEFT = "auth-left";
/** The id of a session of which the server has not heard that somebody has signed out. */
const LEAVING = "auth-leaving";

export interface KeptToken {
  readonly token: string;
  /** The id of the session that it was made with; null for one that was got with a password. */
  readonly session: string | null;
}

/** How long and for whom a token is kept: for this tab, for all until one signs out, or as long as the session of this id. */
export type Keeping = "for this tab" | "for all" | { readonly session: string };

/** Keeps the token. */
export interface TokenStore {
  read(): KeptToken | null;
  write(token: string, keeping: Keeping): void;
  clear(): void;
  /** Has every other tab sign out. */
  tellLeft(): void;
  /** The id of the session that is still to be ended: its person has signed out, and the server has not heard of it. */
  leaving: string | null;
  /**
   * Calls back when somebody signs out in another tab, when a tab gets a token that is for all, and when what was kept is gone for
   * another reason: by `Clear-Site-Data`, or because it works no more.
   */
  watch(heard: (event: "left" | "entered" | "lost") => void): void;
}

export function createTokenStore({ localStorage, sessionStorage }: Window, events: Window): TokenStore {
  const clear = () => {
    localStorage.removeItem(KEY);
    localStorage.removeItem(SESSION);
    sessionStorage.removeItem(KEY);
  };
  return {
    read: () => {
      const own = sessionStorage.getItem(KEY);
      if (own !== null) return { token: own, session: null };
      const token = localStorage.getItem(KEY);
      return token === null ? null : { token, session: localStorage.getItem(SESSION) };
    },
    write: (token, keeping) => {
      if (keeping === "for this tab") {
        clear();
        sessionStorage.setItem(KEY, token);
        return;
      }
      sessionStorage.removeItem(KEY);
      // First, so that a tab that hears of the token knows whose it is. The token is replaced, not removed: nobody has left.
      if (keeping === "for all") localStorage.removeItem(SESSION);
      else localStorage.setItem(SESSION, keeping.session);
      localStorage.setItem(KEY, token);
    },
    clear,
    get leaving() {
      return localStorage.getItem(LEAVING);
    },
    set leaving(session) {
      if (session === null) localStorage.removeItem(LEAVING);
      else localStorage.setItem(LEAVING, session);
    },
    tellLeft: () => {
      localStorage.setItem(LEFT, crypto.randomUUID?.() ?? String(Math.random()));
      localStorage.removeItem(LEFT);
    },
    watch: (heard) =>
      events.addEventListener("storage", ({ key, newValue }) => {
        if (key === LEFT && newValue !== null) heard("left");
        else if (key === null || (key === KEY && newValue === null)) heard("lost");
        else if (key === KEY) heard("entered");
      }),
  };
}
