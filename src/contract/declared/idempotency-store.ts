import type { Answer } from "../response/response.ts";

/** The claim of one request to a key: it alone runs, and keeps its answer. */
export interface Claim {
  /** A digest of the principal and of what the client calls its request. */
  readonly key: string;
  /** A digest of the request: of its operation, its parameters and its content. */
  readonly fingerprint: string;
  /** Names the request that claims the key; no two have the same. */
  readonly owner: string;
  readonly now: Date;
  /** The time from which on the key is free again. */
  readonly expiresAt: Date;
}

/** A key that another request has claimed: its answer, or undefined while it is in flight. */
export interface ClaimedKey {
  readonly fingerprint: string;
  readonly answer: Answer | undefined;
}

/** Keeps answers by the keys of requests (`Idempotency-Key`). `HandlerContext` is what the application gives to its handlers. */
export interface IdempotencyStore<HandlerContext> {
  /**
   * Claims a key, if it is free at this time: it is not known, has expired, or its request can run no more. To look and to claim are one
   * step: of requests at the same time one gets the key.
   *
   * @returns the key as another request has claimed it; undefined when it is free no more because the claim holds it now
   */
  claim(claim: Claim): Promise<ClaimedKey | undefined>;
  /**
   * Does the work of a claim and keeps its answer. A store that shares the database of the handlers makes one unit of work of both: it
   * gives the work a context in which all that a handler writes is written together with the answer, or not at all.
   *
   * @param work throws to have nothing kept
   * @returns false when the claim was lost to another request; nothing is written then where the unit is one
   * @throws all that `work` throws
   */
  complete(claim: Claim, context: HandlerContext, work: () => Promise<Answer>): Promise<boolean>;
  /** Frees the key of a claim whose work has failed. */
  release(claim: Claim): Promise<void>;
}

/** How an application keeps answers for operations that declare `Idempotency-Key`. `P` is its principal. */
export interface IdempotencyOptions<P, HandlerContext> {
  readonly store: IdempotencyStore<HandlerContext>;
  /** A text that is the same for all principals of one user, and for no other user. */
  readonly identityOf: (principal: P) => string;
}
