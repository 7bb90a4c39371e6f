import type { Context } from "koa";
import { isSecured, type Operation, type SecurityAlternative } from "../document/operation.ts";
import { HttpProblem } from "../problem.ts";
import { compileAdvice } from "./advice.ts";
import { type Authenticated, type AuthorizationOptions, compileAuthorization } from "./authorization.ts";
import { compileChallenge } from "./challenge.ts";
import { type CredentialOptions, compileCredentials } from "./credentials.ts";
import { comesFromSameOrigin, involvesCookies, isJsonOfNoPage } from "./same-origin.ts";

/**
 * Decides whether the request may pass and as whom: a principal for each credential that counts, all of one user; none
 * at all when it passes anonymously. Throws 400, 401 and 403 problems.
 */
export type Authenticate<P> = (ctx: Context) => Promise<readonly P[]>;

/** The options of authentication and authorization. `P` is the application's principal. */
export interface AuthenticationOptions<P> extends CredentialOptions<P>, AuthorizationOptions<P> {
  readonly realm: string;
  /** Do two principals stand for the same user? */
  readonly sameIdentity: (one: P, other: P) => boolean;
  /** Other origins whose pages may use the cookie. */
  readonly trustedOrigins: ReadonlySet<string>;
}

/**
 * Compiles the `security` of an operation (OpenAPI 3.1 §4.8.30: a list of alternatives, each a set of schemes that are
 * all needed). Only the credentials that it names are looked at; each is checked once; `{}` lets a request pass
 * anonymously. Two valid credentials of different users are a 400, never a silent winner. A credential counts only if it
 * may also do what the operation does.
 */
export function compileSecurity<P>(operation: Operation, options: AuthenticationOptions<P>): Authenticate<P> {
  const alternatives = operation.security ?? [];
  const secured = isSecured(operation);
  const requireSameOrigin = involvesCookies(operation, options.schemes);
  const { trustsJsonWithoutOrigin } = operation;
  const checkCredentials = compileCredentials(operation, options);
  const authorize = compileAuthorization(operation, options);
  const challenge = compileChallenge(operation, options);
  const advise = compileAdvice(operation, options);

  return async (ctx) => {
    const sameOrigin =
      requireSameOrigin &&
      (comesFromSameOrigin(ctx, options.trustedOrigins) || (trustsJsonWithoutOrigin && isJsonOfNoPage(ctx)));
    const { principals, refused, ambiguous } = await checkCredentials(ctx, sameOrigin);
    const satisfied = alternatives.filter((schemes) => isSatisfied(schemes, principals));
    const counted = counting(satisfied, principals);
    const [first] = counted;
    if (first === undefined) {
      if (secured) {
        throw new HttpProblem(401, {
          reason: refused ? "credential-refused" : "authentication-required",
          detail: advise(ctx, { refused, ambiguous }),
          headers: { "WWW-Authenticate": challenge(ctx, refused ? 'error="invalid_token"' : "") },
        });
      }
      return counted;
    }
    if (counted.length > 1 && !counted.every((other) => options.sameIdentity(first, other))) {
      throw new HttpProblem(400, {
        reason: "conflicting-credentials",
        detail: "The request carries valid credentials of different users.",
      });
    }
    const permitted = authorize(satisfied, principals, (error) => challenge(ctx, error));
    return permitted === satisfied ? counted : counting(permitted, principals);
  };
}

function isSatisfied<P>(alternative: SecurityAlternative, principals: Authenticated<P>): boolean {
  for (const name of alternative.keys()) if (!principals.has(name)) return false;
  return true;
}

/** The principals of these alternatives, each once. */
function counting<P>(alternatives: readonly SecurityAlternative[], principals: Authenticated<P>): P[] {
  const counted: P[] = [];
  for (const alternative of alternatives) {
    for (const name of alternative.keys()) {
      const principal = principals.get(name);
      if (principal !== undefined && !counted.includes(principal)) counted.push(principal);
    }
  }
  return counted;
}
