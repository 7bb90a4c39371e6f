/** The key of the token; the same as in the lecture's front end. */
const KEY = "auth-token";
/** The key of the id of the session that the token was made with. In `localStorage` even while the token is the tabs' alone. */
const SESSION = "auth-token-session";
/** The key of the id of a session whose sign-out has not reached the server. */
const LEAVING = "auth-leaving";

/** A token and where it is stored. */
export interface KeptToken {
  readonly token: string;
  /** The id of the session that the token was made with and ends with; null for a token got with a password. */
  readonly session: string | null;
  /** Whether the token is in `localStorage`: it outlives the browser, and every tab has it. Else it ends with its tab. */
  readonly persistent: boolean;
}

/** The token in the browser's storage. */
export interface TokenStore {
  /** The token of this tab, or else of all tabs; one equal to `refused` is passed over. */
  read(refused?: string | null): KeptToken | null;
  write(kept: KeptToken): void;
  /** Deletes this token and this session, and not those that another tab may have stored meanwhile. */
  drop(token: string | null, session: string | null): void;
  /** The id of the session by which any tab of this browser was signed in; null after a sign-out. */
  readonly session: string | null;
  /** The id of the session that is still to be ended, because the sign-out has not reached the server. */
  leaving: string | null;
  /**
   * Calls back when another tab stores a token for all tabs, and when that token is gone: deleted by a sign-out, by
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
      // The session comes first: a tab that hears of the token reads it. The token is replaced, since a removal means a sign-out.
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
