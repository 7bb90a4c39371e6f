/** Texts by which forms and their libraries say no, in lower case. */
const NO: ReadonlySet<unknown> = new Set(["", "0", "false", "f", "no", "n", "off", "null", "none", "undefined"]);

/**
 * Whether a field says yes: true in JSON, and in a form any text but one that says no. A browser sends the text of a ticked checkbox
 * only; a program that sends the field always writes `false` or `0` into it.
 */
export function saysYes(value: unknown): boolean {
  return typeof value === "string" ? !NO.has(value.trim().toLowerCase()) : value === true;
}
