import { DomainError } from "./domain-error.ts";
import type { Principal } from "./principal.ts";

/** A token cannot be narrowed to a scope that does not exist. */
export class ScopeUnknown extends DomainError {
  constructor() {
    super("There is no such scope.");
  }
}

/** What every user may do: read and manage the own account with its tokens and sessions, and like. */
export const BASE_SCOPES = ["account", "likes:write"] as const;

/** Every scope there is: what all may do, and what roles add. */
export const SCOPES = [...BASE_SCOPES, "articles:write"] as const;

/** One of {@link SCOPES}. */
export type Scope = (typeof SCOPES)[number];

const KNOWN: ReadonlySet<string> = new Set(SCOPES);

/** Whether a principal may do all that the scopes name. */
export function holds({ scopes }: Pick<Principal, "scopes">, wanted: Iterable<string>): boolean {
  for (const scope of wanted) if (!scopes.has(scope)) return false;
  return true;
}

/** Reads scopes as they are stored: parted by spaces. */
export function parseScopes(text: string): string[] {
  return text.split(" ").filter((scope) => scope !== "");
}

/**
 * Writes scopes as they are stored: each once, in order, parted by spaces; null, which is no limit, stays null.
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
 * What a credential may do.
 *
 * @param permissions what the user's roles add, as it is stored
 * @param narrowed the credential's own scopes, as they are stored; null for all
 */
export function effectiveScopes(permissions: string | null, narrowed: string | null): ReadonlySet<string> {
  const held = new Set<string>([...BASE_SCOPES, ...parseScopes(permissions ?? "")]);
  return narrowed === null ? held : held.intersection(new Set(parseScopes(narrowed)));
}
