import { HttpProblem } from "../problem.ts";
import type { Answer } from "../response/response.ts";
import type { Claim, IdempotencyStore } from "./idempotency-store.ts";

/** The bounds of a store in memory. */
export interface MemoryBounds {
  /** The most keys, those of requests in flight included. */
  readonly keys?: number;
  /** The most characters of the answers, written as JSON. */
  readonly characters?: number;
}

interface Entry extends Claim {
  /** The answer as JSON; undefined while its request is in flight. */
  readonly answer: string | undefined;
}

/**
 * A store for one process, which forgets all with it. When a bound is reached, the oldest answers go first: their keys are free before
 * their time. A request in flight keeps its key; where all keys are those of such requests, another one is refused with 503.
 */
export function idempotencyInMemory({
  keys = 10_000,
  characters = 10_000_000,
}: MemoryBounds = {}): IdempotencyStore<unknown> {
  // The oldest first.
  const entries = new Map<string, Entry>();
  let length = 0;

  const put = (entry: Entry): void => {
    entries.set(entry.key, entry);
    length += entry.answer?.length ?? 0;
  };
  const drop = (key: string): void => {
    length -= entries.get(key)?.answer?.length ?? 0;
    entries.delete(key);
  };
  /** Drops the oldest answers until there is room for one key, and for an answer of that length. */
  const makeRoom = (needed: number): void => {
    for (const { key, answer } of entries.values()) {
      if (entries.size < keys && length + needed <= characters) return;
      if (answer !== undefined) drop(key);
    }
  };
  const isOwn = ({ key, owner }: Claim): boolean => entries.get(key)?.owner === owner;

  return {
    async claim(claim) {
      const found = entries.get(claim.key);
      if (found !== undefined && found.expiresAt > claim.now) {
        const { fingerprint, answer } = found;
        return { fingerprint, answer: answer === undefined ? undefined : (JSON.parse(answer) as Answer) };
      }
      drop(claim.key);
      makeRoom(0);
      if (entries.size >= keys) {
        throw new HttpProblem(503, {
          detail: "Too many requests with an Idempotency-Key are in flight. Try again shortly.",
          headers: { "Retry-After": "1" },
        });
      }
      put({ ...claim, answer: undefined });
      return undefined;
    },
    async complete(claim, _context, work) {
      const answer = JSON.stringify(await work());
      if (!isOwn(claim)) return false;
      drop(claim.key);
      // An answer that is longer than all may be is not kept, and its key is free again.
      if (answer.length > characters) return true;
      makeRoom(answer.length);
      put({ ...claim, answer });
      return true;
    },
    async release(claim) {
      if (isOwn(claim)) drop(claim.key);
    },
  };
}
