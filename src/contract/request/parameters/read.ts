import type { Context } from "koa";
import type { Operation } from "../../document/operation.ts";
import { parseForm } from "../content/form.ts";
import { type Envelope, envelopedOf } from "../envelope.ts";
import { malformedAddress } from "../path.ts";
import type { Violation } from "../violation.ts";
import { compileEnveloped } from "./enveloped.ts";
import { compilePlain, type PlainReader } from "./plain.ts";
import { decodeForm, type RawQuery, readRawQuery } from "./query.ts";
import { isSpread } from "./supported.ts";

/** The parameters of a request as values, by where they stand. Header names are in lower case. */
export interface ParameterValues {
  readonly query: Record<string, unknown>;
  readonly params: Record<string, unknown>;
  readonly headers: Record<string, unknown>;
  readonly cookies: Record<string, unknown>;
  /** Those that are not plain; undefined when the operation declares none. */
  readonly envelope: Envelope | undefined;
  /** The violations that show before a schema is applied. */
  readonly violations: readonly Violation[];
}

/**
 * Reads the parameters of a request as the operation declares them; `path` are those that the router took from the
 * path, decoded. Throws 400 on malformed percent-encoding in the query.
 */
export type ReadParameters = (ctx: Context, path: Readonly<Record<string, string>>) => ParameterValues;

/**
 * Compiles the reader of an operation's parameters. What is not declared costs a request nothing.
 *
 * @param cookiePrefix what comes before the name of a cookie that is declared with `x-cookie-prefix`
 */
export function compileParameters(operation: Operation, cookiePrefix: (ctx: Context) => string): ReadParameters {
  const plain = operation.parameters.filter(({ isPlain }) => isPlain);
  const named = (where: string) => plain.filter((parameter) => parameter.in === where).map(compilePlain);
  const [inQuery, inPath, inHeader, inCookie] = [named("query"), named("path"), named("header"), named("cookie")];
  const prefixed = new Set(plain.filter(({ node }) => node["x-cookie-prefix"] !== undefined).map(({ name }) => name));
  const enveloped = envelopedOf(operation);
  const readEnvelope = enveloped.length > 0 ? compileEnveloped(operation, enveloped) : undefined;
  const readsRaw = enveloped.some((parameter) => parameter.in === "query");
  const takesAny = enveloped.some((parameter) => isSpread(parameter) && parameter.shape.others !== undefined);
  const isKnown = compileKnown(operation);

  return (ctx, path) => {
    const violations: Violation[] = [];
    const raw = readsRaw ? requireRaw(ctx.querystring) : undefined;
    const sent = raw ? textsOf(raw, inQuery) : requireForm(ctx.querystring);
    // Undeclared parameters are kept from the validator, which reads brackets in a name as nested objects.
    if (!operation.allowsUnknownQuery && !takesAny) {
      for (const name of raw ? raw.keys() : Object.keys(sent)) {
        if (!isKnown(name)) violations.push({ in: "query", name, detail: "is not a parameter of this operation" });
      }
    }
    const read = (readers: readonly PlainReader[], find: (name: string) => unknown): Record<string, unknown> => {
      const found: Record<string, unknown> = {};
      for (const reader of readers) {
        const value = find(reader.key);
        if (value !== undefined) found[reader.key] = reader.read(value, violations);
      }
      return found;
    };
    return {
      query: read(inQuery, (name) => sent[name]),
      params: read(inPath, (name) => path[name]),
      headers: read(inHeader, (name) => ctx.req.headers[name]),
      cookies: read(inCookie, (name) => ctx.cookies.get(prefixed.has(name) ? cookiePrefix(ctx) + name : name)),
      envelope: readEnvelope?.(ctx, raw ?? NO_QUERY, violations),
      violations,
    };
  };
}

const NO_QUERY: RawQuery = new Map();

/** The names that the parameters of an operation take in its query. */
function compileKnown({ parameters, queryCredentials }: Operation): (name: string) => boolean {
  const inQuery = parameters.filter((parameter) => parameter.in === "query");
  const deep = inQuery.filter(({ node }) => node.style === "deepObject").map(({ name }) => `${name}[`);
  const names = new Set(
    inQuery.flatMap((parameter) => (isSpread(parameter) ? [...parameter.shape.members.keys()] : [parameter.name])),
  );
  for (const name of queryCredentials) names.add(name);
  if (deep.length === 0) return (name) => names.has(name);
  for (const { name, node } of inQuery) if (node.style === "deepObject") names.delete(name);
  return (name) => names.has(name) || deep.some((start) => name.startsWith(start));
}

function requireForm(querystring: string): Record<string, unknown> {
  const query = parseForm(querystring);
  if (!query) throw malformedAddress();
  return query;
}

function requireRaw(querystring: string): RawQuery {
  // The form is read for the percent-encodings alone: they have to be whole.
  if (!parseForm(querystring)) throw malformedAddress();
  return readRawQuery(querystring);
}

/** The decoded texts of plain parameters. */
function textsOf(raw: RawQuery, readers: readonly PlainReader[]): Record<string, unknown> {
  const texts: Record<string, unknown> = Object.create(null);
  for (const { key } of readers) {
    const values = raw.get(key)?.map(decodeForm);
    if (values) texts[key] = values.length === 1 ? values[0] : values;
  }
  return texts;
}
