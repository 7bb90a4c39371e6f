import type { WireRequest } from "./http/exchange.ts";
import type { RawAnswer } from "./http/read-answer.ts";
import type { Exchanged } from "./state/expression.ts";

/** What a check has found wrong: the operation, a sentence, and the exchange that shows it. */
export interface Breach {
  readonly operation: string;
  readonly what: string;
  readonly request: WireRequest;
  readonly answer: RawAnswer | undefined;
}

/** An exchange with all that is wrong with its answer. */
export interface Seen extends Exchanged {
  readonly request: WireRequest;
  readonly breaches: readonly Breach[];
}
