/** Where the lecture's front end has it, too. */
const KEY = "auth-token";
/** Beside a token that the browser's session was asked for: the session's id. In `localStorage` also when only the tabs have tokens. */
const SESSION = "auth-token-session";
/** The id of a session of which the server has not heard that somebody has signed out. */
const LEAVING = "auth-leaving";

/** A token, and where it is kept. */
export interface KeptToken {
  readonly token: string;
  /** The id of the session that it was made with, and ends with; null for one that was got with a password. */
  readonly session: string | null;
  /** Whether it outlives the browser, and is there for every tab; else it is of one tab, and ends with that. */
  readonly persistent: boolean;
}

/** Keeps the token. */
export interface TokenStore {
  /** The token of this tab, or else of every tab; `refused` is not looked at. */
  read(refused?: string | null): KeptToken | null;
  write(kept: KeptToken): void;
  /** Forgets this token, and this session: another tab may have put its own there meanwhile. */
  drop(token: string | null, session: string | null): void;
  /** The id of the session that somebody was signed in by in this browser, in whatever tab; null after every sign-out. */
  readonly session: string | null;
  /** The id of the session that is still to be ended: its person has signed out, and the server has not heard of it. */
  leaving: string | null;
  /**
   * Calls back when another tab keeps a token that is for all, and when that is gone: because somebody has signed out, by
   * `Clear-Site-Data`, or because it works no more.
   */
  watch(heard: (event: "entered" | "lost") => void): void;
}

export function createTokenStore({ localStorage, sessionStorage }: Window, events: Window): TokenStore {
  return {
    drop: (token, session) => {
      for (const storage of [sessionStorage, localStorage]) {
        const kept = storage.getItem(KEY);
        if (kept === null ? storage.getItem(SESSION) !== session : kept !== token) continue;
        storage.removeItem(KEY);
        storage.removeItem(SESSION);
      }
    },
    read: (refused = null) => {
      for (const storage of [sessionStorage, localStorage]) {
        const token = storage.getItem(KEY);
        if (token !== null && token !== refused)
          return { token, session: storage.getItem(SESSION), persistent: storage === localStorage };
      }
      return null;
    },
    write: ({ token, session, persistent }) => {
      // First, so that a tab that hears of the token knows whose it is. The token is replaced, not removed: nobody has left.
      put(localStorage, SESSION, session);
      put(sessionStorage, SESSION, persistent ? null : session);
      put(sessionStorage, KEY, persistent ? null : token);
      put(localStorage, KEY, persistent ? token : null);
    },
    get session() {
      return sessionStorage.getItem(SESSION) ?? localStorage.getItem(SESSION);
    },
    get leaving() {
      return localStorage.getItem(LEAVING);
    },
    set leaving(session) {
      put(localStorage, LEAVING, session);
    },
    watch: (heard) =>
      events.addEventListener("storage", ({ key, newValue }) => {
        if (key === null || (key === KEY && newValue === null)) heard("lost");
        else if (key === KEY) heard("entered");
      }),
  };
}

function put(storage: Storage, key: string, value: string | null): void {
  if (value === null) storage.removeItem(key);
  else storage.setItem(key, value);
}
