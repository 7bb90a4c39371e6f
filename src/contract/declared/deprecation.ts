import type { Context, Middleware } from "koa";
import { isNode } from "../document/document.ts";
import type { Operation } from "../document/operation.ts";

/** Header fields of every answer of an operation, errors included. */
export type LastingFields = Readonly<Record<string, string>>;

const DEPRECATED_AT = "x-deprecated-at";
const SUNSET = "x-sunset";

/**
 * The fields that announce the end of an operation, undefined where it declares none: `Deprecation` (RFC 9745) from `x-deprecated-at`,
 * `Sunset` (RFC 8594) from `x-sunset`, and `Link` to the `externalDocs` that explain it.
 */
export function endingFields(operation: Operation): LastingFields | undefined {
  const { node } = operation;
  const [deprecation, sunset] = [timeOf(node[DEPRECATED_AT]), timeOf(node[SUNSET])];
  if (deprecation === undefined && sunset === undefined) return undefined;
  const url = documentationOf(operation);
  const relation = deprecation === undefined ? "sunset" : "deprecation";
  return {
    // A date of structured fields (RFC 9651 §3.3.7), and one of HTTP (RFC 9110 §5.6.7).
    ...(deprecation !== undefined && { Deprecation: `@${Math.floor(deprecation / 1_000)}` }),
    ...(sunset !== undefined && { Sunset: new Date(sunset).toUTCString() }),
    ...(url !== undefined && { Link: `<${url}>; rel="${relation}"; type="text/html"` }),
  };
}

/** A pipeline whose answers all have these fields; the error door adds them to errors. */
export function withLastingFields(pipeline: Middleware, fields: LastingFields): Middleware {
  return async (ctx, next) => {
    ctx.state.lastingFields = fields;
    await pipeline(ctx, next);
    addLastingFields(ctx);
  };
}

/** Adds the lasting fields of the operation of a request, if it has any. */
export function addLastingFields(ctx: Context): void {
  const fields: LastingFields | undefined = ctx.state.lastingFields;
  if (fields === undefined) return;
  for (const [name, value] of Object.entries(fields)) {
    // An answer may have links of its own.
    if (name === "Link") ctx.append(name, value);
    else ctx.set(name, value);
  }
}

/** The warning of an operation that is served although its sunset is over; undefined for any other one. */
export function sunsetWarning({ operationId, node }: Operation, now: Date): string | undefined {
  const sunset = timeOf(node[SUNSET]);
  if (sunset === undefined || sunset > now.getTime()) return undefined;
  return `operation ${operationId} is still served after its sunset, ${String(node[SUNSET])}`;
}

/** The reasons why the end of an operation cannot be announced as it is declared, one phrase each. */
export function auditEnding(operation: Operation): string[] {
  const { node } = operation;
  const [deprecation, sunset] = [timeOf(node[DEPRECATED_AT]), timeOf(node[SUNSET])];
  return [
    ...[DEPRECATED_AT, SUNSET]
      .filter((name) => node[name] !== undefined && timeOf(node[name]) === undefined)
      .map((name) => `has an ${name} that is neither a date nor a time with its offset (RFC 3339)`),
    ...(node[DEPRECATED_AT] === undefined || node.deprecated === true
      ? []
      : [`has an ${DEPRECATED_AT} and is not deprecated`]),
    ...(deprecation !== undefined && sunset !== undefined && sunset < deprecation
      ? ["has its sunset before its deprecation (RFC 9745 §4)"]
      : []),
  ];
}

/** A date, of which midnight in UTC counts, or a time, in milliseconds since 1970; undefined for anything else. */
function timeOf(value: unknown): number | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$/.test(value))
    return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

/** The address of the operation's documentation, a URI (RFC 3986) as the audit of the document's shape has seen. */
function documentationOf({ node: { externalDocs } }: Operation): string | undefined {
  return isNode(externalDocs) && typeof externalDocs.url === "string" ? externalDocs.url : undefined;
}
