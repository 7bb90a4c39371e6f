import type { Middleware } from "koa";
import type { Queryable } from "../domain/query.ts";

/** What a server tells its measurements of, while it is measured. */
export interface Telemetry {
  /** Measures each request. */
  readonly measure: Middleware;
  /** Called for each credential that is looked up, with whether it was found in memory. */
  readonly onLookUp: (inMemory: boolean) => void;
  /** Ends the port of the measurements. */
  close(): Promise<void>;
}

/** What is asked, each time that measurements are collected. */
export interface Sources {
  readonly db: Queryable;
  readonly passwords: { load(): { readonly waiting: number; readonly hashed: number } };
}

/** The port of the measurements cannot be listened at. The message is one line: which, and what to do. */
export class MetricsUnavailable extends Error {
  override readonly name = "MetricsUnavailable";
}
