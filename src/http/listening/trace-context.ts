/** `traceparent` (W3C Trace Context §3.2): version, trace id, parent id, flags. A version after this one may have more behind them. */
const TRACEPARENT =
  /^(?!ff)(?<version>[\da-f]{2})-(?<trace>[\da-f]{32})-(?<parent>[\da-f]{16})-[\da-f]{2}(?<more>-.*)?$/;
const ZEROS = /^0+$/;

/**
 * The trace that a request is part of, by its `traceparent`: 32 hexadecimal digits. Undefined for a header that is missing, given twice, or
 * not valid, which is ignored (§3.2.2.3).
 */
export function traceIdOf(traceparent: string | string[] | undefined): string | undefined {
  if (typeof traceparent !== "string") return undefined;
  const { version, trace = "", parent = "", more } = TRACEPARENT.exec(traceparent)?.groups ?? {};
  if (version === undefined || (version === "00" && more !== undefined)) return undefined;
  return ZEROS.test(trace) || ZEROS.test(parent) ? undefined : trace;
}
