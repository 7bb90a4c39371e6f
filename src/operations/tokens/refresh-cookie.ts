/** The cookie with a refresh token. */
export interface RefreshCookie {
  /** The value that the client sent; undefined when it sent none, or several. */
  readonly presented: string | undefined;
  /** Adds a `Set-Cookie` to the answer: the browser keeps it for so many milliseconds. */
  give(text: string, lifetimeMs: number): void;
  /** Adds a `Set-Cookie` that deletes the cookie. */
  take(): void;
}
