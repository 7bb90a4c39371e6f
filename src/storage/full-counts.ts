import { LRUCache } from "lru-cache";
import type { AttemptPolicy, AttemptRules } from "../domain/attempts/rules.ts";

/** How many counts that have reached their limit are remembered without the database, and for how many milliseconds. */
const MAX_REMEMBERED = 5_000;
const REMEMBERED_MS = 5_000;

/** A count by its key in the database. */
export interface NamedCount {
  readonly policy: AttemptPolicy;
  readonly key: string;
}

/** A limit that is reached. */
export interface Refusal {
  readonly policy: AttemptPolicy;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * The end of each count that has reached its limit: refusing by memory costs the database nothing. Kept for a short time only, since a
 * sign-in in another process can give an attempt back.
 */
export function rememberFullCounts(rules: AttemptRules, time: () => number) {
  const full = new LRUCache<string, number>({ max: MAX_REMEMBERED, ttl: REMEMBERED_MS });
  return {
    /** The counts that are remembered as full. An end beyond one window is from before the clock was set back. */
    among: (counts: readonly NamedCount[]): Refusal[] =>
      counts
        .map(({ policy, key }) => ({ policy, until: full.get(key) ?? 0 }))
        .filter(({ policy, until }) => until > time() && until <= time() + rules[policy].windowSeconds * 1000),
    note: (key: string, until: number): void => void full.set(key, until),
    forget: (key: string): void => void full.delete(key),
  };
}
