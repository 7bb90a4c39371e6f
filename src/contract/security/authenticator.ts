/** The facts about a request that an authenticator gets besides its credential. */
export interface Presented {
  /** The method is safe (RFC 9110 §9.2.1). */
  readonly safe: boolean;
  /**
   * The request comes from a page of this origin or a trusted one: the browser itself says so, or the request has another
   * valid credential in a header, which no browser adds for a page of another origin.
   */
  readonly sameOrigin: boolean;
  /** A header field of the request; "" when it is not there. */
  header(name: string): string;
}

/**
 * Answers the principal of a credential, or null when the credential is not valid. It has no side effect, so that
 * alternatives cannot leak into each other. An error that it throws is an error of the operation, never a 401.
 */
export type Authenticator<P> = (credential: string, presented: Presented) => Promise<P | null>;

/** One authenticator for each scheme of `components.securitySchemes`, by the scheme's name. */
export type Authenticators<P> = Readonly<Record<string, Authenticator<P>>>;
