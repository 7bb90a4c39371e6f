import type { Operation, SecurityScheme } from "../document/operation.ts";

/** The prefixes of cookie names that browsers heed (RFC 6265bis §4.1.3). */
const PREFIXES: readonly unknown[] = ["__Host-", "__Secure-"];

/** The member by which a cookie is declared to have a prefix where the connection is secure. */
export const COOKIE_PREFIX = "x-cookie-prefix";

/** The parameters whose `x-cookie-prefix` cannot be heeded, one phrase each. */
export function auditPrefixedCookies({ parameters }: Operation): string[] {
  return parameters.flatMap(({ name, in: where, node, isPlain }) => {
    if (node[COOKIE_PREFIX] === undefined) return [];
    if (where !== "cookie" || !isPlain) return [`parameter ${name} has an ${COOKIE_PREFIX} and is no text in a cookie`];
    return unknownPrefix(node[COOKIE_PREFIX]).map((reason) => `parameter ${name} ${reason}`);
  });
}

/** The same for a security scheme, one sentence each. */
export function auditPrefixedScheme({ name, node }: SecurityScheme): string[] {
  if (node[COOKIE_PREFIX] === undefined) return [];
  if (node.in !== "cookie") return [`security scheme ${name} has an ${COOKIE_PREFIX} and is no cookie`];
  return unknownPrefix(node[COOKIE_PREFIX]).map((reason) => `security scheme ${name} ${reason}`);
}

function unknownPrefix(prefix: unknown): string[] {
  return PREFIXES.includes(prefix) ? [] : [`has the ${COOKIE_PREFIX} ${String(prefix)}, which no browser heeds`];
}
