import type { Operation } from "../document/operation.ts";

/** The state of a limit after a request: how much of it is left. */
export interface Allowance {
  /** The name of the limit. */
  readonly policy: string;
  /** The most requests in a window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** The requests that are left in this window. */
  readonly remaining: number;
  /** The time until the window ends, in seconds. */
  readonly resetSeconds: number;
}

/** The fields that tell of allowances (draft-ietf-httpapi-ratelimit-headers-10), of the narrowest one first. */
export function rateLimitFields(allowances: readonly Allowance[]): { RateLimit: string; "RateLimit-Policy": string } {
  const sorted = allowances.toSorted((one, other) => one.remaining - other.remaining);
  const list = (write: (allowance: Allowance) => string) =>
    sorted.map((allowance) => `${quoted(allowance.policy)};${write(allowance)}`).join(", ");
  return {
    RateLimit: list(({ remaining, resetSeconds }) => `r=${remaining};t=${Math.ceil(resetSeconds)}`),
    "RateLimit-Policy": list(({ limit, windowSeconds }) => `q=${limit};w=${windowSeconds}`),
  };
}

/** A string of structured fields (RFC 9651 §4.1.6). */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** Does a success of the operation declare `RateLimit`? */
export function tellsAllowances({ responses }: Operation): boolean {
  return [...responses.values()].some(({ status, headers }) => status < 400 && headers.has("RateLimit"));
}
