import type { Context } from "koa";
import { HttpProblem } from "../http/problem.ts";
import type { Operation, Parameter } from "./operation.ts";
import type { Violation } from "./violation.ts";

/** The parameters of a request as text from the wire, by where they stand. Header names are in lower case. */
export interface ParameterText {
  readonly query: Record<string, unknown>;
  readonly params: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
  readonly cookies: Record<string, unknown>;
  /** What is already known to be wrong, before any schema is asked. */
  readonly violations: readonly Violation[];
}

/**
 * Reads the parameters of a request as the operation declares them; `path` are those that the router took from the
 * path, decoded. Throws 400 on malformed percent-encoding in the query.
 */
export type ReadParameters = (ctx: Context, path: Readonly<Record<string, string>>) => ParameterText;

/**
 * The way a number or truth value is written in a parameter. The validator's own conversion would also take `0x10`,
 * `1e3` and ` 7 `, so that one resource would have many addresses.
 */
const LEXICAL: Readonly<Record<string, RegExp>> = {
  integer: /^-?(0|[1-9]\d*)$/,
  number: /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/,
  boolean: /^(true|false)$/,
};

/** Why this runtime cannot read a parameter as declared; undefined when it can. */
export function unreadable({ in: where, node }: Parameter): string | undefined {
  if (node.schema === undefined) return "has no schema (`content` is not supported)";
  const style = node.style ?? (where === "query" || where === "cookie" ? "form" : "simple");
  if (style !== (where === "query" || where === "cookie" ? "form" : "simple"))
    return `has the unsupported style ${style}`;
  if (node.explode === false && where === "query") return "is not exploded, which is not supported";
  return undefined;
}

export function compileParameters(operation: Operation): ReadParameters {
  const named = (where: string) => operation.parameters.filter((parameter) => parameter.in === where);
  const [inQuery, inPath, inHeader, inCookie] = [named("query"), named("path"), named("header"), named("cookie")];

  return (ctx, path) => {
    const violations: Violation[] = [];
    const query = readQuery(ctx.querystring);
    for (const parameter of inQuery) check(parameter, query[parameter.name], violations);
    const params: Record<string, unknown> = {};
    for (const parameter of inPath) {
      params[parameter.name] = path[parameter.name];
      check(parameter, params[parameter.name], violations);
    }
    const headers: Record<string, unknown> = {};
    for (const { name } of inHeader) {
      const value = ctx.req.headers[name.toLowerCase()];
      if (value !== undefined) headers[name.toLowerCase()] = value;
    }
    const cookies: Record<string, unknown> = {};
    for (const { name } of inCookie) {
      const value = ctx.cookies.get(name);
      if (value !== undefined) cookies[name] = value;
    }
    return { query, params, headers, cookies, violations };
  };
}

/** Parses a query string (URL standard, `application/x-www-form-urlencoded`), repeated names as lists. */
function readQuery(querystring: string): Record<string, unknown> {
  const query: Record<string, unknown> = Object.create(null);
  if (querystring === "") return query;
  requireDecodable(querystring);
  for (const [name, value] of new URLSearchParams(querystring)) {
    const earlier = query[name];
    if (earlier === undefined) query[name] = value;
    else if (Array.isArray(earlier)) earlier.push(value);
    else query[name] = [earlier, value];
  }
  return query;
}

/** Throws 400 unless every percent-encoding in a path or query is whole and gives UTF-8 (RFC 3986 §2.1, RFC 3629). */
export function requireDecodable(text: string): void {
  try {
    decodeURIComponent(text);
  } catch {
    throw new HttpProblem(400, { detail: "The address has a malformed percent-encoding." });
  }
}

function check(parameter: Parameter, value: unknown, violations: Violation[]): void {
  if (value === undefined) return;
  const { in: where, name, types } = parameter;
  if (Array.isArray(value) && !types.includes("array")) {
    violations.push({ in: where, name, detail: "must not be given more than once" });
  }
  const forms = types.map((type) => LEXICAL[type]);
  if (typeof value === "string" && forms.length > 0 && forms.every((form) => form && !form.test(value))) {
    violations.push({ in: where, name, detail: `must be ${types.join(" or ")}` });
  }
}
