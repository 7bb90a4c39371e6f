import { DomainError } from "./domain-error.ts";
import type { Principal } from "./principal.ts";

/** A token cannot be narrowed to a scope that does not exist. */
export class ScopeUnknown extends DomainError {
  constructor() {
    super("There is no such scope.");
  }
}

/** The scopes of every user: to manage the own account with its tokens and sessions, and to like. */
export const BASE_SCOPES = ["account", "likes:write"] as const;

/** The scopes that a token can be narrowed to: those of every user, and those that roles add. */
const TOKEN_SCOPES = [...BASE_SCOPES, "articles:write"] as const;

/** All scopes. The last is held by tokens alone that are not narrowed: version 2 of the contract lists no other scopes of a token. */
export const SCOPES = [...TOKEN_SCOPES, "tokens:introspect"] as const;

/** A scope that a token can be narrowed to. */
export type Scope = (typeof TOKEN_SCOPES)[number];

const KNOWN: ReadonlySet<string> = new Set(SCOPES);

/** Whether a principal has all of the wanted scopes. */
export function holds({ scopes }: Pick<Principal, "scopes">, wanted: Iterable<string>): boolean {
  for (const scope of wanted) if (!scopes.has(scope)) return false;
  return true;
}

/** The scopes in a stored text, where spaces separate them. */
export function parseScopes(text: string): string[] {
  return text.split(" ").filter((scope) => scope !== "");
}

/**
 * The text that scopes are stored as: each once, sorted, separated by spaces. Null, for a credential that is not
 * narrowed, stays null.
 *
 * @throws {ScopeUnknown}
 */
export function formatScopes(scopes: readonly string[] | null): string | null {
  if (scopes === null) return null;
  const unknown = scopes.find((scope) => !KNOWN.has(scope));
  if (unknown !== undefined) throw new ScopeUnknown();
  return [...new Set(scopes)].sort().join(" ");
}

/**
 * The scopes of a credential: those of its user, or those of them that it is narrowed to.
 *
 * @param permissions the scopes that the user's roles add, as they are stored
 * @param narrowed the scopes that the credential is narrowed to, as they are stored; null when it is not narrowed
 */
export function effectiveScopes(permissions: string | null, narrowed: string | null): ReadonlySet<string> {
  const held = new Set<string>([...BASE_SCOPES, ...parseScopes(permissions ?? "")]);
  return narrowed === null ? held : held.intersection(new Set(parseScopes(narrowed)));
}
