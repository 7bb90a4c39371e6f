import type { Context } from "koa";
import type { Operation } from "../document/operation.ts";
import { findUnplain } from "./plain-data.ts";
import type { SchemaValidator } from "./schema-validator.ts";
import type { ToldMembers } from "./told-members.ts";

/** An answer as a handler gives it; its precise type is `ResponseOf` of the operation. */
export interface Answer extends ToldMembers {
  readonly status: number;
  readonly mediaType?: string | undefined;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** Can a body of this media type be written here? JSON is serialised, for YAML too (YAML 1.2 §1.3); text goes out as it is. */
export function isSerialisable(mediaType: string): boolean {
  return isJson(mediaType) || isYaml(mediaType) || mediaType.startsWith("text/") || mediaType === "image/svg+xml";
}

/** Is it JSON (RFC 6839 §3.1)? */
export function isJson(mediaType: string): boolean {
  return mediaType === "application/json" || mediaType.endsWith("+json");
}

function isYaml(mediaType: string): boolean {
  return mediaType === "application/yaml" || mediaType.endsWith("+yaml");
}

/** The first thing in an answer that the contract does not declare, in one line; undefined when all of it is declared. */
export function findUndeclared(schemas: SchemaValidator, operation: Operation, answer: Answer): string | undefined {
  const declared = operation.responses.get(answer.status);
  if (!declared) return `status ${answer.status} is not declared`;
  const mediaType = mediaTypeOf(operation, answer);
  if (mediaType === undefined) {
    if (answer.body !== undefined) return `a body is not declared for ${answer.status}`;
    if (declared.mediaTypes.size > 0) return `${answer.status} needs a body of one declared media type`;
  } else {
    if (!declared.mediaTypes.has(mediaType)) return `media type ${mediaType} is not declared for ${answer.status}`;
    const fault = findFaultyContent(schemas, declared.mediaTypes.get(mediaType), mediaType, answer);
    if (fault) return `the body of ${answer.status}: ${fault}`;
  }
  return findUndeclaredHeader(schemas, operation, answer);
}

/**
 * The fault of the content. Bytes in a content coding are text that was checked before it was coded. Bytes of YAML are what somebody
 * wrote, comments and all: reading a large document takes half a second, for which no request waits.
 */
function findFaultyContent(
  schemas: SchemaValidator,
  schema: string | undefined,
  mediaType: string,
  { body, headers }: Answer,
): string | undefined {
  // What is sent is held to the schema only if the serialiser changes nothing in it.
  if (!(body instanceof Uint8Array)) return (schema && schemas.check(schema, body)) ?? findUnplain(body);
  if (schema === undefined || headers?.["Content-Encoding"] !== undefined || isYaml(mediaType)) return undefined;
  return schemas.checkBytes(schema, body, isJson(mediaType) ? JSON.parse : String);
}

const NONE: Readonly<Record<string, unknown>> = {};

function findUndeclaredHeader(schemas: SchemaValidator, operation: Operation, answer: Answer): string | undefined {
  const declared = operation.responses.get(answer.status)?.headers;
  const sent = answer.headers ?? NONE;
  for (const [name, { required, schema, parts }] of declared ?? []) {
    const value = sent[name];
    if (value === undefined) {
      if (required) return `${answer.status} needs the header ${name}`;
      continue;
    }
    const fault = schema && (parts ? schemas.check(schema, value) : schemas.checkText(schema, String(value)));
    if (fault) return `the header ${name} of ${answer.status}: ${fault}`;
  }
  const undeclared = Object.keys(sent).find((name) => sent[name] !== undefined && !declared?.has(name));
  return undeclared && `the header ${undeclared} is not declared for ${answer.status}`;
}

function explodes({ responses }: Operation, status: number, name: string): boolean {
  return responses.get(status)?.headers.get(name)?.parts?.explode === true;
}

/** The text of a header in the style `simple` (OpenAPI 3.1 §4.8.21): `1,2` for a list, `R,1,G,2` for an object, exploded `R=1,G=2`. */
function toField(value: unknown, explode: boolean): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.join(",");
  return Object.entries(value)
    .map((member) => member.join(explode ? "=" : ","))
    .join(",");
}

/** The media type of an answer: the one that it names, else the only one that is declared for its status. */
function mediaTypeOf(operation: Operation, { status, mediaType }: Answer): string | undefined {
  if (mediaType !== undefined) return mediaType;
  const declared = operation.responses.get(status)?.mediaTypes;
  return declared?.size === 1 ? declared.keys().next().value : undefined;
}

/**
 * Writes an answer. Where the operation declares 304, a matching `If-None-Match` turns a 200 into it (RFC 9110
 * §13.1.2).
 */
export function writeAnswer(ctx: Context, operation: Operation, answer: Answer): void {
  ctx.status = answer.status;
  const headers = answer.headers ?? NONE;
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value === undefined) continue;
    // Each cookie has a field of its own (RFC 9110 §5.3), and others may be there already.
    if (name === "Set-Cookie") ctx.set(name, [String(value), ...[ctx.response.headers["set-cookie"] ?? []].flat()]);
    else if (typeof value === "object") ctx.set(name, toField(value, explodes(operation, answer.status, name)));
    else ctx.set(name, String(value));
  }
  if (answer.status === 200 && operation.responses.has(304) && isCurrent(ctx)) {
    ctx.status = 304;
    // A 304 has no content that could be coded (RFC 9110 §15.4.5).
    ctx.remove("Content-Encoding");
    return;
  }
  // An answer that is not declared may have been let through (`responseValidation: "log"`); it is written whole then.
  const mediaType = mediaTypeOf(operation, answer) ?? (answer.body === undefined ? undefined : "application/json");
  if (mediaType === undefined) {
    ctx.body = null;
    ctx.status = answer.status;
    return;
  }
  // Koa looks for a type of its own in content that has none yet.
  ctx.set("Content-Type", mediaType.startsWith("text/") ? `${mediaType}; charset=utf-8` : mediaType);
  const writtenAsJson = isJson(mediaType) || (typeof answer.body === "object" && isYaml(mediaType));
  if (answer.body instanceof Uint8Array)
    ctx.body = Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.length);
  else ctx.body = writtenAsJson ? JSON.stringify(answer.body) : String(answer.body);
}

/**
 * Does `If-None-Match` name the entity tag of the answer (RFC 9110 §13.1.2, weak comparison)? Koa's own `fresh` also
 * heeds the request's `Cache-Control: no-cache`, which `fetch` adds to every request with a condition of one's own.
 */
function isCurrent(ctx: Context): boolean {
  const condition = ctx.get("If-None-Match");
  const opaque = ctx.response.get("ETag").replace(/^W\//, "");
  if (condition === "" || opaque === "") return false;
  return condition.trim() === "*" || [...condition.matchAll(/"[^"]*"/g)].some(([tag]) => tag === opaque);
}
