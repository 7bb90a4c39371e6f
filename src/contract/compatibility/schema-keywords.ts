import { isDeepStrictEqual } from "node:util";
import type { Node } from "../document/document.ts";
import type { Shift } from "./change.ts";

/** A keyword's part in the difference of two schemas. */
export interface KeywordShift {
  readonly shift: Shift;
  readonly what: string;
}

/** Keywords that describe a value and refuse none (JSON Schema 2020-12, Validation, §9; OpenAPI 3.1, §4.8.24). */
const ANNOTATIONS = new Set([
  ...["$comment", "$id", "$schema", "deprecated", "description", "example", "examples", "externalDocs", "title", "xml"],
  // Definitions count where they are referred to, and a default where it was another one before.
  ...["$defs", "definitions", "default"],
]);
/** Keywords whose schemas are compared member by member, by the caller. */
const NESTED = new Set(["$ref", "additionalProperties", "anyOf", "items", "oneOf", "properties"]);
/** Limits where a greater number allows more. */
const UPPER = new Set(["exclusiveMaximum", "maxContains", "maximum", "maxItems", "maxLength", "maxProperties"]);
/** Limits where a smaller number allows more. */
const LOWER = new Set(["exclusiveMinimum", "minContains", "minimum", "minItems", "minLength", "minProperties"]);
/** Formats that say how a program should hold or show a value, and refuse none. */
const HINTS = new Set(["int32", "int64", "float", "double", "password"]);

/** Whether a keyword refuses no value. */
export const isAnnotation = (name: string): boolean => ANNOTATIONS.has(name) || name.startsWith("x-");

/** The differences of two schemas without those of the schemas inside them, `$ref` followed and `allOf` merged. */
export function compareKeywords(before: Node, after: Node): KeywordShift[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const others = [...names].filter((name) => !isAnnotation(name) && !NESTED.has(name));
  return [
    ...others.flatMap((name) => compareKeyword(name, before[name], after[name])),
    ...compareDefaults(before, after),
  ];
}

function compareKeyword(name: string, before: unknown, after: unknown): KeywordShift[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (name === "type") return compareSets("the type", typesOf(before), typesOf(after));
  if (name === "required") return compareRequired(listOf(before), listOf(after));
  if (name === "enum") return compareSets("the value", before as unknown[] | undefined, after as unknown[] | undefined);
  if (name === "const") return compareSets("the value", constOf(before), constOf(after));
  if (UPPER.has(name) || LOWER.has(name)) return compareLimits(name, before, after);
  if (name === "uniqueItems")
    return [{ shift: after === true ? "narrower" : "wider", what: `${name} is ${after} now` }];
  if (name === "format" && [before, after].every((format) => format === undefined || HINTS.has(String(format)))) {
    // A program that holds the value in fewer bits cannot hold what it was sent before.
    return before === "int64" && after === "int32" ? [{ shift: "other", what: "format is int32 now" }] : [];
  }
  const what = after === undefined ? `${name} is gone` : `${name} is ${JSON.stringify(after)} now`;
  if (name === "pattern" || name === "format") {
    return [{ shift: before === undefined ? "narrower" : after === undefined ? "wider" : "other", what }];
  }
  return [{ shift: "other", what }];
}

function compareLimits(name: string, before: unknown, after: unknown): KeywordShift[] {
  const none = UPPER.has(name) ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const [earlier, later] = [before, after].map((limit) => (typeof limit === "number" ? limit : none));
  const wider = UPPER.has(name) ? Number(later) > Number(earlier) : Number(later) < Number(earlier);
  const what = after === undefined ? `${name} is gone` : `${name} is ${after} now`;
  return [{ shift: wider ? "wider" : "narrower", what }];
}

/** Two sets of what is allowed; undefined for everything. */
function compareSets(
  kind: string,
  before: readonly unknown[] | undefined,
  after: readonly unknown[] | undefined,
): KeywordShift[] {
  if (before === undefined) return [{ shift: "narrower", what: `is only ${after?.map(show).join(", ")} now` }];
  if (after === undefined)
    return [{ shift: "wider", what: `may have any value now, not only ${before.map(show).join(", ")}` }];
  const missing = (of: readonly unknown[], others: readonly unknown[]) =>
    of.filter((value) => !others.some((other) => isDeepStrictEqual(value, other)));
  return [
    ...missing(before, after).map(
      (value): KeywordShift => ({ shift: "narrower", what: `${kind} ${show(value)} is gone` }),
    ),
    ...missing(after, before).map((value): KeywordShift => ({ shift: "wider", what: `${kind} ${show(value)} is new` })),
  ];
}

function compareRequired(before: readonly unknown[], after: readonly unknown[]): KeywordShift[] {
  const added = after.filter((name) => !before.includes(name));
  const removed = before.filter((name) => !after.includes(name));
  return [
    ...added.map((name): KeywordShift => ({ shift: "narrower", what: `${name} is required now` })),
    ...removed.map((name): KeywordShift => ({ shift: "wider", what: `${name} may be missing now` })),
  ];
}

/** A client that leaves a member out relies on the default of its own contract. */
function compareDefaults(before: Node, after: Node): KeywordShift[] {
  if (before.default === undefined || isDeepStrictEqual(before.default, after.default)) return [];
  return [{ shift: "other", what: `the default was ${show(before.default)} and is ${show(after.default)} now` }];
}

/** `number` allows what `integer` does. */
function typesOf(type: unknown): unknown[] | undefined {
  if (type === undefined) return undefined;
  const types = [type].flat();
  return types.includes("number") ? [...new Set([...types, "integer"])] : types;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const constOf = (value: unknown): readonly unknown[] | undefined => (value === undefined ? undefined : [value]);
const show = (value: unknown): string => JSON.stringify(value) ?? "none";
