/*
 * Expansion of URI templates (RFC 6570), written from the specification and from nothing else: what the runtime reads is held to it.
 */

export type Value = string | readonly string[] | Readonly<Record<string, string>>;

interface Operator {
  readonly first: string;
  readonly separator: string;
  readonly named: boolean;
  /** What follows a name whose value is empty. */
  readonly ifEmpty: string;
}

/** The table of RFC 6570, appendix A. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  "": { first: "", separator: ",", named: false, ifEmpty: "" },
  ".": { first: ".", separator: ".", named: false, ifEmpty: "" },
  ";": { first: ";", separator: ";", named: true, ifEmpty: "" },
  "?": { first: "?", separator: "&", named: true, ifEmpty: "=" },
};

/** Percent-encoding of all but unreserved characters (RFC 6570 §3.2.1). */
export function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The expansion of `{operator name *}` for a value; lists and objects are not empty. */
export function expand(operator: string, name: string, value: Value, explode: boolean): string {
  const { first, separator, named, ifEmpty } = OPERATORS[operator] as Operator;
  const withName = (key: string, text: string) => {
    if (!named) return text;
    return text === "" ? encode(key) + ifEmpty : `${encode(key)}=${text}`;
  };
  if (typeof value === "string") return first + withName(name, encode(value));
  const isList = Array.isArray(value);
  const entries = Object.entries(value as Readonly<Record<string, string>>);
  if (!explode) {
    const parts = isList
      ? (value as string[]).map(encode)
      : entries.flatMap(([key, text]) => [encode(key), encode(text)]);
    return first + withName(name, parts.join(","));
  }
  if (isList) return first + (value as string[]).map((text) => withName(name, encode(text))).join(separator);
  return (
    first +
    entries
      .map(([key, text]) => (named ? withName(key, encode(text)) : `${encode(key)}=${encode(text)}`))
      .join(separator)
  );
}
