import { isSecured, type Operation, type SecurityAlternative } from "../document/operation.ts";
import { HttpProblem } from "../problem.ts";

/** The options of authorization: may the principal of a valid credential do what an operation does? */
export interface AuthorizationOptions<P> {
  /** The scopes that exist; a contract that names another is not served. */
  readonly scopes: ReadonlySet<string>;
  /** Does the principal hold every one of these scopes? */
  readonly authorize: (principal: P, scopes: readonly string[]) => boolean;
  /** The time at which the user last authenticated by a password or the like. */
  readonly authenticatedAt: (principal: P) => Date;
  readonly now: () => Date;
}

/** The principals of valid credentials, by the name of the scheme. */
export type Authenticated<P> = ReadonlyMap<string, P>;

/**
 * Answers those alternatives whose principals may do what the operation does. `challenge` gives `WWW-Authenticate` for
 * an error of HTTP Bearer. Throws 403 when none may, and 401 when those that may have authenticated too long ago.
 */
export type Authorize<P> = (
  alternatives: readonly SecurityAlternative[],
  principals: Authenticated<P>,
  challenge: (error: string) => string,
) => readonly SecurityAlternative[];

/**
 * Compiles the demands of an operation on a valid credential: the scopes beside each scheme of its `security`, and
 * `x-max-authentication-age`. One alternative that meets all of them is enough; another that does not changes nothing.
 */
export function compileAuthorization<P>(operation: Operation, options: AuthorizationOptions<P>): Authorize<P> {
  const { authorize, authenticatedAt, now } = options;
  const { maxAuthenticationAge } = operation;
  if (scopesOf(operation).length === 0 && maxAuthenticationAge === undefined) return (alternatives) => alternatives;

  return (alternatives, principals, challenge) => {
    const every = (alternative: SecurityAlternative, holds: (principal: P, scopes: readonly string[]) => boolean) =>
      [...alternative].every(([name, scopes]) => {
        const principal = principals.get(name);
        return principal !== undefined && holds(principal, scopes);
      });
    const permitted = alternatives.filter((alternative) =>
      every(alternative, (principal, scopes) => scopes.length === 0 || authorize(principal, scopes)),
    );
    const [refused] = alternatives;
    if (permitted.length === 0 && refused)
      throw insufficientScope([...new Set([...refused.values()].flat())], challenge);
    if (maxAuthenticationAge === undefined) return permitted;
    // A proof of the future is from before the clock was set back: it counts for one more age at most.
    const [at, age] = [now().getTime(), maxAuthenticationAge * 1_000];
    const fresh = permitted.filter((alternative) =>
      every(alternative, (principal) => Math.abs(at - authenticatedAt(principal).getTime()) <= age),
    );
    if (fresh.length === 0) throw reauthenticationRequired(maxAuthenticationAge, challenge);
    return fresh;
  };
}

/** 403 with the scopes that are needed (RFC 6750 §3.1). */
function insufficientScope(scopes: readonly string[], challenge: (error: string) => string): HttpProblem {
  return new HttpProblem(403, {
    reason: "insufficient-scope",
    detail: `Your credential does not have what this needs: ${scopes.join(", ")}.`,
    headers: { "WWW-Authenticate": challenge(`error="insufficient_scope", scope="${scopes.join(" ")}"`) },
  });
}

/** 401 although the credential is valid: its user has to authenticate once more (RFC 9470 §3). */
function reauthenticationRequired(maxAge: number, challenge: (error: string) => string): HttpProblem {
  return new HttpProblem(401, {
    reason: "reauthentication-required",
    detail: "It is too long ago that you proved who you are. Please do so again.",
    reauthRequired: true,
    headers: { "WWW-Authenticate": challenge(`error="insufficient_user_authentication", max_age="${maxAge}"`) },
  });
}

/** The demands of an operation that cannot be enforced, one phrase each. */
export function auditAuthorization(operation: Operation, scopes: ReadonlySet<string>): string[] {
  const age = operation.node["x-max-authentication-age"];
  return [
    ...scopesOf(operation)
      .filter((scope) => !scopes.has(scope))
      .map((scope) => `needs the unknown scope ${scope}`),
    ...(age === undefined || (Number.isSafeInteger(age) && Number(age) > 0)
      ? []
      : ["has an x-max-authentication-age that is not a positive number of whole seconds"]),
    ...(age === undefined || isSecured(operation)
      ? []
      : ["has an x-max-authentication-age, but lets requests pass without a credential"]),
  ];
}

/** Can a valid credential lack what this operation needs? */
export function needsScopes(operation: Operation): boolean {
  return isSecured(operation) && scopesOf(operation).length > 0;
}

/** The scopes that an operation names, each once. */
function scopesOf({ security = [] }: Operation): string[] {
  return [...new Set(security.flatMap((alternative) => [...alternative.values()].flat()))];
}
