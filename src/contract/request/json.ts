/**
 * Is every number of this JSON within the range of a double? The language reads `1e400` as `Infinity`, which it writes as null, so that an
 * answer, or a database, would have another value than the client sent.
 *
 * @param value what the text was read as
 */
export function isInRange(text: string, value: unknown): boolean {
  if (!MAY_OVERFLOW.test(text)) return true;
  const parts = [value];
  // The list grows while it is gone through.
  for (const part of parts) {
    if (part === Number.POSITIVE_INFINITY || part === Number.NEGATIVE_INFINITY) return false;
    if (typeof part === "object" && part !== null) for (const inner of Object.values(part)) parts.push(inner);
  }
  return true;
}

/** An exponent, or more digits than the largest double has; in a text between quotation marks it means nothing. */
const MAY_OVERFLOW = /\d[eE]\+?\d|(?<!\d)\d{309}/;

/** Reads JSON. Throws where the text is none, and where a number in it is out of range. */
export function readJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!isInRange(text, value)) throw new RangeError("A number is out of range.");
  return value;
}
