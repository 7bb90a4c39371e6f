import type { Context } from "koa";
import { isSafe } from "../declared/query-method.ts";
import { type Operation, type SecurityScheme, schemesOf } from "../document/operation.ts";
import type { Authenticator, Authenticators } from "./authenticator.ts";
import type { Authenticated } from "./authorization.ts";
import { AMBIGUOUS, type CredentialReader, credentialReader, isAmbient } from "./credential-reader.ts";

export interface CredentialOptions<P> {
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  readonly authenticators: Authenticators<P>;
  /**
   * The prefix of a cookie's name in this request: `__Host-` where the connection is secure (RFC 6265bis §4.1.3.2), so that
   * no neighbouring host can plant one, else "".
   */
  readonly cookiePrefix: (ctx: Context) => string;
}

/** A scheme that an operation names, with how to read and check its credential. */
interface Requirement<P> {
  readonly name: string;
  /** Browsers add the credential to every request, whichever page makes them send it. */
  readonly ambient: boolean;
  readonly read: CredentialReader;
  readonly authenticate: Authenticator<P>;
}

/**
 * The principals of the valid credentials of a request, by scheme; `refused` when one came and was not valid, `ambiguous` when
 * several came in cookies of one name, of which none counts.
 */
export interface Checked<P> {
  readonly principals: Authenticated<P>;
  readonly refused: boolean;
  readonly ambiguous: boolean;
}

/**
 * Checks the credential of each scheme that the operation names, each once; other credentials are not looked at. Throws
 * 400.
 */
export function compileCredentials<P>(
  operation: Operation,
  options: CredentialOptions<P>,
): (ctx: Context, sameOrigin: boolean) => Promise<Checked<P>> {
  const requirements = requirementsOf(operation, options);

  return async (ctx, sameOrigin) => {
    const principals = new Map<string, P>();
    let vouched = sameOrigin;
    let refused = false;
    let ambiguous = false;
    for (const { name, read, authenticate, ambient } of requirements) {
      const credential = read(ctx, options.cookiePrefix);
      if (credential === undefined) continue;
      if (credential === AMBIGUOUS) {
        ambiguous = true;
        continue;
      }
      const header = (field: string) => ctx.get(field);
      const principal = await authenticate(credential, {
        safe: isSafe(ctx.method),
        sameOrigin: vouched,
        header,
      });
      // An authenticator that returns nothing has not found a principal.
      if (principal === null || principal === undefined) refused = true;
      else principals.set(name, principal);
      vouched ||= principals.has(name) && !ambient;
    }
    return { principals, refused, ambiguous };
  };
}

/**
 * The schemes of an operation. Headers before cookies: a browser never adds a header by itself, so a valid one proves that
 * the request is not cross-site.
 */
function requirementsOf<P>(operation: Operation, options: CredentialOptions<P>): Requirement<P>[] {
  const ambient = (name: string) => isAmbient(options.schemes.get(name));
  const names = schemesOf(operation).toSorted((one, other) => Number(ambient(one)) - Number(ambient(other)));
  return names.flatMap((name) => {
    const scheme = options.schemes.get(name);
    const read = scheme && credentialReader(scheme);
    const authenticate = options.authenticators[name];
    return read && authenticate ? [{ name, read, authenticate, ambient: ambient(name) }] : [];
  });
}
