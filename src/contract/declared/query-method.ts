import { METHODS } from "node:http";
import { isMethodOf31 } from "../document/openapi-3.1.ts";
import type { Operation } from "../document/operation.ts";

/** Is the method safe (RFC 9110 §9.2.1)? QUERY is, though it has content (RFC 10008 §2). */
export function isSafe(method: string): boolean {
  return SAFE.has(method);
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS", "QUERY", "TRACE"]);

/**
 * The value of `Accept-Query` (RFC 10008 §3) for each path that has a QUERY operation: the media types that it takes, a list of tokens
 * (RFC 9651 §3.1).
 */
export function acceptQueryByPath(operations: readonly Operation[]): ReadonlyMap<string, string> {
  const queries = operations.filter(({ method }) => method === "QUERY");
  return new Map(
    queries.map(({ path, requestContent }) => [path, [...(requestContent?.mediaTypes.keys() ?? [])].join(", ")]),
  );
}

/** The reasons why an operation cannot be served by its method, one phrase each. */
export function auditMethod({ method, requestContent }: Operation): string[] {
  if (isMethodOf31(method)) return [];
  // Node's parser answers 400 to any other method, and hands CONNECT to nobody.
  if (method === "CONNECT" || !METHODS.includes(method)) return [`is a ${method}, which this server cannot receive`];
  if (method !== "QUERY") return [];
  return requestContent?.required ? [] : ["is a QUERY and does not require content, which is the query (RFC 10008 §2)"];
}
