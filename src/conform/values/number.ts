import fc from "fast-check";
import type { Node } from "../../contract/document/document.ts";
import { limitOf } from "./schema.ts";

/** The least and the greatest number that a branch allows, and the step between them; undefined where there is no limit. */
export interface Range {
  readonly least: number | undefined;
  readonly greatest: number | undefined;
  readonly step: number;
}

/** Reads the limits of numbers (JSON Schema Validation 2020-12 §6.2, and `format: int32`). */
export function rangeOf(branch: Node, isInteger: boolean): Range {
  const given = limitOf(branch, "multipleOf", isInteger ? 1 : 0.5);
  const step = isInteger && !Number.isInteger(given) ? 1 : given;
  const isShort = branch.format === "int32";
  const least = inner(branch, "minimum", "exclusiveMinimum", step) ?? (isShort ? -(2 ** 31) : undefined);
  const greatest = inner(branch, "maximum", "exclusiveMaximum", -step) ?? (isShort ? 2 ** 31 - 1 : undefined);
  return {
    least: least === undefined ? undefined : exact(Math.ceil(least / step - 1e-9), step),
    greatest: greatest === undefined ? undefined : exact(Math.floor(greatest / step + 1e-9), step),
    step,
  };
}

function inner(branch: Node, inclusive: string, exclusive: string, step: number): number | undefined {
  const [bound, open] = [branch[inclusive], branch[exclusive]];
  const inside = typeof open === "number" ? open + step : undefined;
  if (typeof bound !== "number") return inside;
  return inside === undefined ? bound : step > 0 ? Math.max(bound, inside) : Math.min(bound, inside);
}

/** So many steps, without the noise of binary fractions: 435 steps of 0.01 are 4.35. */
export function exact(steps: number, step: number): number {
  return Number((steps * step).toPrecision(15));
}

/** Numbers of a branch; undefined when its limits leave none. */
export function numberOf(branch: Node, isInteger: boolean): fc.Arbitrary<number> | undefined {
  const { least, greatest, step } = rangeOf(branch, isInteger);
  const from = least ?? Math.min(0, greatest ?? 0) - (greatest === undefined ? 0 : 1_000 * step);
  const to = Math.min(greatest ?? Number.MAX_SAFE_INTEGER, from + 10_000 * step);
  const [first, last] = [Math.ceil(from / step - 1e-9), Math.floor(to / step + 1e-9)];
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || first > last) return undefined;
  const near = fc.integer({ min: first, max: Math.min(last, first + 20) });
  const all = fc.integer({ min: first, max: last });
  return fc.oneof(near, all).map((steps) => exact(steps, step));
}
