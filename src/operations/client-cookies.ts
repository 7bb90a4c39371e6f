/** The session cookie of the client. */
export interface SessionCookie {
  /** The name under which this connection has it: with a prefix behind https. */
  readonly name: string;
  /** The value that the client sent, not authenticated. */
  readonly presented: string | undefined;
  /** Whether the client sent several cookies of its name: none of them counts then. */
  readonly ambiguous: boolean;
  /** The `Set-Cookie` of a new session; without `maxAgeSeconds` the cookie ends with the browser. */
  give(session: string, maxAgeSeconds?: number): string;
  /** The `Set-Cookie` that deletes the cookie. */
  take(): string;
}

/** The cookie of a browser that has signed in before: it has an allowance of attempts of its own. */
export interface DeviceCookie {
  /** The browser's id, if it has signed in to the account (a normalised address) before; else null. */
  idFor(account: string): string | null;
  /** Adds a `Set-Cookie` to the answer: from now on the browser is known to the account. */
  remember(account: string): void;
}

/** The cookie of a sign-in that waits for its second factor. */
export interface SignInCookie {
  /** The value that the client sent, not authenticated; undefined when it sent none, or several. */
  readonly presented: string | undefined;
  /** Adds a `Set-Cookie` to the answer: the browser keeps it for as long as the sign-in waits. */
  give(text: string): void;
  /** Adds a `Set-Cookie` that deletes the cookie. */
  take(): void;
}

/** The cookie of a browser that has asked for a mail: there the link in the mail needs no code. It signs nobody in. */
export interface AskCookie {
  /** The secret in the cookie that the client sent; null without one. */
  readonly secret: string | null;
  /** The secret of the browser, a new one if it has none; adds a `Set-Cookie` to the answer, whoever asks and for whatever address. */
  give(): string;
}
