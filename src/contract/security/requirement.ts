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
    const satisfied = alternatives.filter((schemes) => schemes.keys().every((name) => principals.has(name)));
    const [first, ...others] = counting(satisfied, principals);
    if (first === undefined && secured) {
      throw new HttpProblem(401, {
        detail: advise(ctx, { refused, ambiguous }),
        headers: { "WWW-Authenticate": challenge(ctx, refused ? 'error="invalid_token"' : "") },
      });
    }
    if (first !== undefined && !others.every((other) => options.sameIdentity(first, other))) {
      throw new HttpProblem(400, { detail: "The request carries valid credentials of different users." });
    }
    return counting(
      authorize(satisfied, principals, (error) => challenge(ctx, error)),
      principals,
    );
  };
}

/** The principals of these alternatives, each scheme's once. */
function counting<P>(alternatives: readonly SecurityAlternative[], principals: Authenticated<P>): P[] {
  const names = new Set(alternatives.flatMap((alternative) => [...alternative.keys()]));
  return [...names].flatMap((name) => principals.get(name) ?? []);
}
