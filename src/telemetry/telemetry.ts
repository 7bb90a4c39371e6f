import type { Middleware } from "koa";
import type { Queryable } from "../domain/query.ts";

/** What a server tells its measurements and traces of, while there are any. */
export interface Telemetry {
  /** Measures each request, and makes a span of it. */
  readonly measure: Middleware;
  /** Called for each credential that is looked up, with whether it was found in memory; undefined where only spans are made. */
  readonly onLookUp: ((inMemory: boolean) => void) | undefined;
  /** Ends the port of the measurements, and the spans. */
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
