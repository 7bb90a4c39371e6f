import type { Context } from "koa";
import {
  isSecured,
  type Operation,
  type SecurityAlternative,
  type SecurityScheme,
  schemesOf,
} from "../document/operation.ts";
import { HttpProblem } from "../problem.ts";
import { type AuthorizationOptions, compileAuthorization } from "./authorization.ts";
import { type CredentialReader, challenge, credentialReader } from "./credential-reader.ts";

/** What an authenticator may know of a request besides its credential. */
export interface Presented {
  /** The method is safe (RFC 9110 §9.2.1). */
  readonly safe: boolean;
  /**
   * The request comes from a page of this origin, or of one that is trusted: the browser itself says so, or there is a
   * valid credential besides, which no browser adds for a page of another.
   */
  readonly sameOrigin: boolean;
  /** A header field of the request; "" when it is not there. */
  header(name: string): string;
}

/**
 * Says who presents a credential: a principal, or null when the credential is not valid. It has no side effect, so that
 * alternatives cannot leak into each other. An error that it throws is an error of the operation, never a 401.
 */
export type Authenticator<P> = (credential: string, presented: Presented) => Promise<P | null>;

/** One authenticator for each scheme of `components.securitySchemes`, by the scheme's name. */
export type Authenticators<P> = Readonly<Record<string, Authenticator<P>>>;

/**
 * Decides whether the request may pass and as whom: a principal for each credential that counts, all of one user; none
 * at all when it passes anonymously. Throws 400, 401 and 403 problems.
 */
export type Authenticate<P> = (ctx: Context, sameOrigin: boolean) => Promise<readonly P[]>;

export interface AuthenticationOptions<P> extends AuthorizationOptions<P> {
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  readonly authenticators: Authenticators<P>;
  readonly realm: string;
  /** Do two principals stand for the same user? */
  readonly sameIdentity: (one: P, other: P) => boolean;
  /**
   * What stands before a cookie's name in this request: `__Host-` where the connection is secure (RFC 6265bis §4.1.3.2),
   * so that no neighbouring host can plant one, else "".
   */
  readonly cookiePrefix: (ctx: Context) => string;
}

interface Requirement<P> {
  /** Browsers add it to whatever any page makes them send. */
  readonly ambient: boolean;
  readonly read: CredentialReader;
  readonly authenticate: Authenticator<P>;
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/**
 * Compiles the `security` of an operation (OpenAPI 3.1 §4.8.30: a list of alternatives, each a set of schemes that are
 * all needed). Only the credentials that it names are looked at; each is checked once; `{}` lets a request pass
 * anonymously. Two valid credentials of different users are a 400, never a silent winner. Who is known must also be
 * allowed; a credential that may not do what the operation does is none of those that count.
 */
export function compileSecurity<P>(operation: Operation, options: AuthenticationOptions<P>): Authenticate<P> {
  const alternatives = operation.security ?? [];
  const names = schemesOf(operation);
  const requirements = new Map<string, Requirement<P>>();
  // What a page has to send itself comes first: it vouches for what browsers add.
  const ambient = (name: string) => options.schemes.get(name)?.node.in === "cookie";
  for (const name of names.toSorted((one, other) => Number(ambient(one)) - Number(ambient(other)))) {
    const scheme = options.schemes.get(name);
    const read = scheme && credentialReader(scheme);
    const authenticate = options.authenticators[name];
    if (read && authenticate) requirements.set(name, { read, authenticate, ambient: ambient(name) });
  }
  const secured = isSecured(operation);
  const authorize = compileAuthorization(operation, options);
  const challenges = (prefix: string, error: string) =>
    names
      .flatMap((name) => options.schemes.get(name) ?? [])
      .map((scheme) => challenge(scheme, options.realm, prefix))
      .map((field) => (error !== "" && field.startsWith("Bearer") ? `${field}, ${error}` : field))
      .join(", ");

  return async (ctx, sameOrigin) => {
    const prefix = options.cookiePrefix(ctx);
    const presented = { safe: SAFE.has(ctx.method), header: (name: string) => ctx.get(name) };
    const principals = new Map<string, P>();
    let vouched = sameOrigin;
    let refused = false;
    for (const [name, { read, authenticate, ambient }] of requirements) {
      const credential = read(ctx, prefix);
      if (credential === undefined) continue;
      const principal = await authenticate(credential, { ...presented, sameOrigin: vouched });
      // An authenticator that forgets to answer has not vouched for anybody.
      if (principal === null || principal === undefined) refused = true;
      else principals.set(name, principal);
      vouched ||= principals.has(name) && !ambient;
    }
    const counting = (some: readonly SecurityAlternative[]) =>
      [...new Set(some.flatMap((alternative) => [...alternative.keys()]))].flatMap(
        (name) => principals.get(name) ?? [],
      );

    const satisfied = alternatives.filter((schemes) => schemes.keys().every((name) => principals.has(name)));
    const [first, ...others] = counting(satisfied);
    if (first === undefined && secured) {
      throw unauthorized(challenges(prefix, refused ? 'error="invalid_token"' : ""), refused);
    }
    if (first !== undefined && !others.every((other) => options.sameIdentity(first, other))) {
      throw new HttpProblem(400, { detail: "The request carries valid credentials of different users." });
    }
    return counting(authorize(satisfied, principals, (error) => challenges(prefix, error)));
  };
}

/** 401 (RFC 9110 §15.5.2); `error="invalid_token"` when a credential came and was not valid (RFC 6750 §3.1). */
function unauthorized(challenges: string, refused: boolean): HttpProblem {
  return new HttpProblem(401, {
    detail: refused
      ? "The credential is not valid, has expired or was revoked. Please sign in again."
      : "You are not authenticated. Please sign in and send your credentials.",
    headers: { "WWW-Authenticate": challenges },
  });
}
