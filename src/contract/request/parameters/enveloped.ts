import type { Context } from "koa";
import type { Operation, Parameter } from "../../document/operation.ts";
import { compileList, compileObject, compileText, namesOf, type Typed } from "../../schema/typed.ts";
import { type Envelope, keyOf } from "../envelope.ts";
import { readJson } from "../json.ts";
import type { Violation } from "../violation.ts";
import { compileDeep, compileSpread, type Read } from "./object-in-query.ts";
import { decodeCookie } from "./plain.ts";
import { decodeForm, type RawQuery } from "./query.ts";
import { compileSplitter, formOf, type Member, styleOf } from "./style.ts";
import { isJson, isSpread } from "./supported.ts";

/** Reads the parameters of a request that are not plain. */
type ReadEnvelope = (ctx: Context, query: RawQuery, violations: Violation[]) => Envelope;

/** Compiles the reader of parameters in styles other than the usual ones, of lists, of objects and of those that `content` describes. */
export function compileEnveloped(operation: Operation, parameters: readonly Parameter[]): ReadEnvelope {
  const readers = parameters.map((parameter) => ({
    parameter,
    key: keyOf(parameter),
    read: compileRead(operation, parameter),
  }));
  return (ctx, query, violations) => {
    const envelope: Envelope = { query: {}, path: {}, header: {}, cookie: {} };
    for (const { parameter, key, read } of readers) {
      const found = read(ctx, query);
      if (found === undefined) continue;
      const { in: where, name } = parameter;
      if ("value" in found) envelope[where as "query"][key] = found.value;
      else violations.push({ in: where, name, detail: found.fault + (found.pointer && ` (at ${found.pointer})`) });
    }
    return envelope;
  };
}

function compileRead(operation: Operation, parameter: Parameter): Read {
  const { name } = parameter;
  if (isSpread(parameter)) return compileSpread(parameter, operation);
  if (styleOf(parameter).style === "deepObject" && parameter.mediaType === undefined) return compileDeep(parameter);
  switch (parameter.in) {
    case "query": {
      const read = compileValues(parameter, decodeForm);
      return (_ctx, query) => {
        const values = query.get(name);
        return values && read(values);
      };
    }
    case "path": {
      const read = compileValues(parameter, decodeURIComponent);
      const names = [...operation.path.matchAll(/\{([^}]+)\}/g)].map(([, each]) => each);
      const at = names.indexOf(name);
      return (ctx) => read([(ctx.captures as string[])[at] ?? ""]);
    }
    case "cookie": {
      const read = compileValues(parameter, decodeCookie);
      return (ctx) => {
        const value = ctx.cookies.get(name);
        return value === undefined ? undefined : read([value]);
      };
    }
    default:
      return compileHeader(parameter);
  }
}

/** A field is no address: it has no percent-encoding, but white space around its parts (RFC 9110 §5.6.1). */
function compileHeader(parameter: Parameter): Read {
  const key = keyOf(parameter);
  const read = compileValues(parameter, (text) => text.trim());
  const isList = parameter.mediaType === undefined && formOf(parameter.shape) === "list";
  return (ctx) => {
    const value = ctx.req.headers[key];
    if (value === undefined) return undefined;
    return isList && String(value).trim() === "" ? { value: [] } : read([String(value)]);
  };
}

type Decode = (text: string) => string | undefined;

/** Compiles the reading of the values that have the name of a parameter: more than one are an exploded list. */
function compileValues(parameter: Parameter, decode: Decode): (values: readonly string[]) => Typed {
  const { shape, mediaType } = parameter;
  const form = formOf(shape) ?? "text";
  const { style, explode } = styleOf(parameter);
  const one = mediaType === undefined ? compileStyled(parameter, decode) : compileContent(parameter, mediaType, decode);
  if (parameter.in === "query" && mediaType === undefined && form === "list" && style === "form" && explode) {
    const list = compileList(shape);
    return (values) => list(values.map((value) => decode(value) ?? ""));
  }
  return (values) => {
    const [value = ""] = values;
    return values.length > 1 ? { fault: "must not be given more than once", pointer: "" } : one(value);
  };
}

function compileStyled(parameter: Parameter, decode: Decode): (raw: string) => Typed {
  const { shape, node } = parameter;
  const form = formOf(shape) ?? "text";
  const split = compileSplitter(parameter, form, decode);
  const [text, list, object] = [compileText(shape), compileList(shape), compileObject(shape)];
  const { style } = styleOf(parameter);
  const refusesEmpty = parameter.in === "query" && form === "text" && node.allowEmptyValue !== true;
  return (raw) => {
    if (raw === "" && refusesEmpty) return { fault: "must not be empty", pointer: "" };
    const pieces = split(raw);
    if (pieces === undefined) return { fault: `is not written in the style ${style}`, pointer: "" };
    if (form === "list") return list(pieces as readonly string[]);
    if (form === "object") return object(pieces as readonly Member[]);
    const value = text(pieces as string);
    return value === undefined ? { fault: `must be ${namesOf(shape)}`, pointer: "" } : { value };
  };
}

/** The value of a text that has a media type (OpenAPI 3.1 §4.8.12.3). */
function compileContent({ shape }: Parameter, mediaType: string, decode: Decode): (raw: string) => Typed {
  const parse = isJson(mediaType) ? readJson : compileText(shape);
  return (raw) => {
    try {
      const text = decode(raw);
      const value = text === undefined ? undefined : parse(text);
      return value === undefined ? { fault: `must be ${mediaType}`, pointer: "" } : { value };
    } catch {
      return { fault: `must be ${mediaType}`, pointer: "" };
    }
  };
}
