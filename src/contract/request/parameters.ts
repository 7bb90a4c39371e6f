import type { Context } from "koa";
import type { Operation, Parameter } from "../document/operation.ts";
import { parseForm } from "./form.ts";
import { malformedAddress } from "./path.ts";
import type { Violation } from "./violation.ts";

/** The parameters of a request as text from the wire, by where they stand. Header names are in lower case. */
export interface ParameterText {
  readonly query: Record<string, unknown>;
  readonly params: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
  readonly cookies: Record<string, unknown>;
  /** The violations that show before a schema is applied. */
  readonly violations: readonly Violation[];
}

/**
 * Reads the parameters of a request as the operation declares them; `path` are those that the router took from the
 * path, decoded. Throws 400 on malformed percent-encoding in the query.
 */
export type ReadParameters = (ctx: Context, path: Readonly<Record<string, string>>) => ParameterText;

/**
 * The spelling of numbers and booleans in a parameter, by JSON type. The validator's own conversion also takes `0x10`,
 * `1e3` and ` 7 `, so that one resource would have many addresses, and lets `Infinity` pass every limit.
 */
const LEXICAL: Readonly<Record<string, (text: string) => number | boolean | undefined>> = {
  integer: (text) => (/^-?(0|[1-9]\d*)$/.test(text) ? Number(text) : undefined),
  number: (text) => (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined),
  boolean: (text) => (text === "true" || text === "false" ? text === "true" : undefined),
};

/** Why this runtime cannot read a parameter as declared; undefined when it can. */
export function unreadable({ in: where, name, node, types, itemTypes }: Parameter): string | undefined {
  if (!["query", "path", "header", "cookie"].includes(where)) return `stands in ${where}, where no parameter is read`;
  if (where === "path" && node.required !== true) return "is in the path and not required";
  if (where === "header" && NOT_PARAMETERS.has(name.toLowerCase())) return "is no parameter (OpenAPI 3.1 §4.8.12.1)";
  // The validator takes `filter[a]` for a property of an object.
  if (where === "query" && name.includes("[")) return "has brackets in its name, which is not supported";
  if (node.schema === undefined) return "has no schema (`content` is not supported)";
  const form = where === "query" || where === "cookie" ? "form" : "simple";
  if ((node.style ?? form) !== form) return `has the unsupported style ${String(node.style)}`;
  if (node.explode === false && where === "query") return "is not exploded, which is not supported";
  if (types.length === 0) return "has a schema without a type";
  if (types.includes("object")) return "is an object, which is not supported";
  if (types.includes("array") && where !== "query") return "is a list outside the query, which is not supported";
  if (types.includes("array") && itemTypes.length === 0) return "is a list of elements without a type";
  return undefined;
}

/** Header fields that OpenAPI describes elsewhere: by `content` and by `security`. */
const NOT_PARAMETERS = new Set(["accept", "content-type", "authorization"]);

/** Compiles the reader of an operation's parameters. */
export function compileParameters(operation: Operation): ReadParameters {
  const named = (where: string) => operation.parameters.filter((parameter) => parameter.in === where);
  const [inQuery, inPath, inHeader, inCookie] = [named("query"), named("path"), named("header"), named("cookie")];
  const known = new Set([...inQuery.map(({ name }) => name), ...operation.queryCredentials]);

  return (ctx, path) => {
    const violations: Violation[] = [];
    const sent = readQuery(ctx.querystring);
    // Undeclared parameters are kept from the validator, which reads brackets in a name as nested objects.
    if (!operation.allowsUnknownQuery) {
      for (const name of Object.keys(sent)) {
        if (!known.has(name)) violations.push({ in: "query", name, detail: "is not a parameter of this operation" });
      }
    }
    const read = (parameters: readonly Parameter[], find: (name: string) => unknown): Record<string, unknown> => {
      const found: Record<string, unknown> = {};
      for (const parameter of parameters) {
        const name = parameter.in === "header" ? parameter.name.toLowerCase() : parameter.name;
        const value = find(name);
        if (value === undefined) continue;
        found[name] = parse(parameter, value, violations);
      }
      return found;
    };
    return {
      query: read(inQuery, (name) => sent[name]),
      params: read(inPath, (name) => path[name]),
      headers: read(inHeader, (name) => ctx.req.headers[name]),
      cookies: read(inCookie, (name) => ctx.cookies.get(name)),
      violations,
    };
  };
}

function readQuery(querystring: string): Record<string, unknown> {
  const query = parseForm(querystring);
  if (!query) throw malformedAddress();
  return query;
}

/** The value of a parameter in a type of its schema. A text that cannot be read as one is a violation. */
function parse({ in: where, name, types, itemTypes }: Parameter, sent: unknown, violations: Violation[]): unknown {
  const isList = types.includes("array");
  if (Array.isArray(sent) && !isList) {
    violations.push({ in: where, name, detail: "must not be given more than once" });
    return sent;
  }
  const allowed = isList ? itemTypes : types;
  if (allowed.includes("string")) return sent;
  const values = [sent].flat().map((text) => {
    const value = allowed.map((type) => LEXICAL[type]?.(String(text))).find((each) => each !== undefined);
    if (value === undefined) violations.push({ in: where, name, detail: `must be ${allowed.join(" or ")}` });
    return value;
  });
  return isList ? values : values[0];
}
