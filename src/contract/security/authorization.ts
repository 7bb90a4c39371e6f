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
  /**
   * The authentication contexts that exist, by name (the `acr_values` of RFC 9470): when the principal's user last authenticated in
   * this context; null for never. A contract that names another one is not served.
   */
  readonly authenticationContexts?: AuthenticationContexts<P> | undefined;
  readonly now: () => Date;
}

/** By the name of a context, the time at which a principal's user last authenticated in it; null for never. */
export type AuthenticationContexts<P> = ReadonlyMap<string, (principal: P) => Date | null>;

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
 * `x-max-authentication-age` with `x-authentication-context`. One alternative that meets all of them is enough; another that does not changes nothing.
 */
export function compileAuthorization<P>(operation: Operation, options: AuthorizationOptions<P>): Authorize<P> {
  const { authorize, now } = options;
  const { maxAuthenticationAge: maxAge, authenticationContext: context } = operation;
  const age = maxAge === undefined ? Number.POSITIVE_INFINITY : maxAge * 1_000;
  if (scopesOf(operation).length === 0 && !demandsProof(operation)) return (alternatives) => alternatives;
  // The audit has refused a context that does not exist.
  const provedAt = context === undefined ? options.authenticatedAt : options.authenticationContexts?.get(context);

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
    if (!demandsProof(operation)) return permitted;
    // A proof of the future is from before the clock was set back: it counts for one more age at most.
    const at = now().getTime();
    const fresh = permitted.filter((alternative) =>
      every(alternative, (principal) => Math.abs(at - (provedAt?.(principal)?.getTime() ?? Number.NaN)) <= age),
    );
    if (fresh.length === 0) throw reauthenticationRequired({ maxAge, context }, challenge);
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

/** 401 although the credential is valid: its user has to authenticate once more, or in another way (RFC 9470 §3). */
function reauthenticationRequired(
  { maxAge, context }: { readonly maxAge: number | undefined; readonly context: string | undefined },
  challenge: (error: string) => string,
): HttpProblem {
  const parameters = [
    'error="insufficient_user_authentication"',
    ...(context === undefined ? [] : [`acr_values="${context}"`]),
    ...(maxAge === undefined ? [] : [`max_age="${maxAge}"`]),
  ];
  return new HttpProblem(401, {
    reason: "reauthentication-required",
    detail: "It is too long ago that you proved who you are. Please do so again.",
    reauthRequired: true,
    headers: { "WWW-Authenticate": challenge(parameters.join(", ")) },
  });
}

/** The demands of an operation that cannot be enforced, one phrase each. */
export function auditAuthorization(operation: Operation, { scopes, authenticationContexts }: Known): string[] {
  const [age, context] = [operation.node["x-max-authentication-age"], operation.node["x-authentication-context"]];
  const named = operation.authenticationContext;
  const demands = [
    ...(age === undefined ? [] : ["x-max-authentication-age"]),
    ...(context === undefined ? [] : ["x-authentication-context"]),
  ];
  return [
    ...scopesOf(operation)
      .filter((scope) => !scopes.has(scope))
      .map((scope) => `needs the unknown scope ${scope}`),
    ...(age === undefined || (Number.isSafeInteger(age) && Number(age) > 0)
      ? []
      : ["has an x-max-authentication-age that is not a positive number of whole seconds"]),
    ...(context === undefined || (named !== undefined && authenticationContexts?.has(named))
      ? []
      : [`needs the unknown authentication context ${String(context)}`]),
    ...(isSecured(operation)
      ? []
      : demands.map((demand) => `has an ${demand}, but lets requests pass without a credential`)),
  ];
}

/** What the application knows of: a document may name nothing else. */
interface Known {
  readonly scopes: ReadonlySet<string>;
  readonly authenticationContexts?: ReadonlyMap<string, unknown> | undefined;
}

/** Can a valid credential lack what this operation needs? */
export function needsScopes(operation: Operation): boolean {
  return isSecured(operation) && scopesOf(operation).length > 0;
}

/** Can the user of a valid credential have authenticated too long ago, or in too weak a way? */
export function demandsProof({ maxAuthenticationAge, authenticationContext }: Operation): boolean {
  return maxAuthenticationAge !== undefined || authenticationContext !== undefined;
}

/** The scopes that an operation names, each once. */
function scopesOf({ security = [] }: Operation): string[] {
  return [...new Set(security.flatMap((alternative) => [...alternative.values()].flat()))];
}
