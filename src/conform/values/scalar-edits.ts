import type { Node } from "../../contract/document/document.ts";
import { broken, type Edit, edge } from "./edit.ts";
import { exact, rangeOf } from "./number.ts";
import { typesOf } from "./schema.ts";

/** A value of each JSON type, and texts that a careless server takes for another type. */
const OF_TYPE: Readonly<Record<string, readonly unknown[]>> = {
  string: ["x", "1", "true", ""],
  integer: [1],
  number: [1.5],
  boolean: [true],
  array: [[], [1]],
  object: [{}],
  null: [null],
};

/** The edits of a list of values: `const` or `enum`. */
export function choiceEdits(branch: Node): Edit[] {
  const listed: unknown[] = "const" in branch ? [branch.const] : Array.isArray(branch.enum) ? branch.enum : [];
  if (listed.length === 0) return [];
  const texts = listed.filter((value) => typeof value === "string");
  const cased = texts
    .flatMap((text) => [text.toUpperCase(), text.toLowerCase()])
    .filter((text) => !listed.includes(text));
  const alien: unknown[] = texts.length > 0 ? [`${texts[0]}x`, "no-such-value"] : [987_654];
  return [
    broken("enum", alien),
    ...(cased.length > 0 ? [broken("enum, by the case of its letters", cased)] : []),
    ...listed.map((value) => edge(`the value ${JSON.stringify(value)}`, value)),
  ];
}

/** Values of the types that no branch allows, and the few values of those that one does. */
export function typeEdits(branches: readonly Node[], allowed: ReadonlySet<string>): Edit[] {
  if (branches.some((branch) => typesOf(branch).length === 7)) return [];
  return Object.entries(OF_TYPE).flatMap(([type, samples]) => {
    if (allowed.has(type) || (type === "integer" && allowed.has("number"))) {
      return type === "null"
        ? [edge("null", null)]
        : type === "boolean"
          ? [edge("true", true), edge("false", false)]
          : [];
    }
    return samples.map((sample) => broken(type === "null" ? "null" : "type", [sample]));
  });
}

/** The edits of a branch that allows numbers. */
export function numberEdits(branch: Node, isInteger: boolean): Edit[] {
  const { least, greatest, step } = rangeOf(branch, isInteger);
  const beyond = (limit: number, by: number) => [exact(Math.round(limit / step) + by, step), limit + by * 1_000 * step];
  return [
    ...(least === undefined ? [] : [broken("minimum", beyond(least, -1)), edge("the least number", least)]),
    ...(greatest === undefined ? [] : [broken("maximum", beyond(greatest, 1)), edge("the greatest number", greatest)]),
    ...(branch.multipleOf === undefined
      ? []
      : [broken("multipleOf", [exact(Math.round((least ?? 0) / step) + 1.5, step)])]),
    ...(least === undefined || least <= 0 ? [edge("zero", 0)] : []),
    ...(least === undefined ? [edge("a negative number", -step)] : []),
  ];
}
