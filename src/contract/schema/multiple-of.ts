import { isNode, type Node } from "../document/document.ts";
import { walk } from "../document/walk.ts";

/**
 * Is a number a multiple of a step, as both are written in decimal? 4.35 is one of 0.01; the quotient of the two, which is what a
 * validator looks at, is 434.99999999999994.
 */
export function isMultipleOf(value: number, step: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (Number.isSafeInteger(value) && Number.isSafeInteger(step)) return value % step === 0;
  const [digits, exponent] = decimalOf(value);
  const [stepDigits, stepExponent] = decimalOf(step);
  const least = Math.min(exponent, stepExponent);
  const scale = (number: bigint, from: number) => number * 10n ** BigInt(from - least);
  return scale(digits, exponent) % scale(stepDigits, stepExponent) === 0n;
}

/** The shortest decimal number that reads as this one: its digits, and the power of ten that they count. */
function decimalOf(value: number): [bigint, number] {
  const [digits = "0", exponent = "0"] = String(value).split("e");
  const [whole = "0", fraction = ""] = digits.split(".");
  return [BigInt(whole + fraction), Number(exponent) - fraction.length];
}

/** The format by which validators that know no decimal fractions check a `multipleOf`. */
export function formatOfMultiples(step: number): string {
  return `multiple of ${step}`;
}

interface NumberFormat {
  readonly type: "number";
  readonly validate: (value: number) => boolean;
}

/** The formats of all `multipleOf` in a document, by name. */
export function formatsOfMultiples(root: Node): Record<string, NumberFormat> {
  const formats: Record<string, NumberFormat> = {};
  for (const { node, kind } of walk(root)) {
    const { multipleOf: step } = node;
    if (kind !== "schema" || !isNode(node) || typeof step !== "number") continue;
    formats[formatOfMultiples(step)] = { type: "number", validate: (value) => isMultipleOf(value, step) };
  }
  return formats;
}
