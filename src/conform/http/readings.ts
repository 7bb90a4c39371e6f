import { isNode } from "../../contract/document/document.ts";
import type { Parameter } from "../../contract/document/operation.ts";
import { keyOf } from "./call.ts";
import { styleOf, textOfValue } from "./parameter-style.ts";

/**
 * The values that a server may take a text for: the text itself, and what it says as a number, a boolean or null. A request breaks a rule
 * only if none of them is allowed.
 */
export function readingsOf(text: string): unknown[] {
  const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? [Number(text)] : [];
  const word = { true: [true], false: [false], null: [null], "": [null] }[text] ?? [];
  return [text, ...number, ...word];
}

/** The values that a server may take a parameter for; undefined when it cannot be told. */
export function readingsOfParameter(parameter: Parameter, value: unknown): unknown[] | undefined {
  if (isNode(parameter.node.content)) return [value];
  const text = textOfValue(value);
  if (Array.isArray(value)) return value.some(isNested) ? undefined : listReadings(value.map(textOfValue));
  if (isNode(value))
    return Object.values(value).some(isNested) || !takesObjects(parameter) ? undefined : memberReadings(value);
  // Where nothing follows the name, the parameter may count as absent.
  if (text === "") return parameter.types.join() === "string" && parameter.in === "query" ? [""] : undefined;
  const lists = parameter.types.includes("array") ? listReadings(text.split(",")) : [];
  return takesObjects(parameter) ? undefined : [...readingsOf(text), ...lists];
}

/** The values that a server may take a form for: one whose members are texts, or what these say. */
export function readingsOfForm(value: unknown): unknown[] | undefined {
  if (!isNode(value) || Object.values(value).some((member) => [member].flat().some(isNested))) return undefined;
  const lists = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, [member].flat()]));
  return [...memberReadings(value), ...memberReadings(lists)];
}

function takesObjects({ types }: Parameter): boolean {
  return types.includes("object") || types.length === 0;
}

function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

const converted = (text: string) => readingsOf(text).at(-1);

function listReadings(texts: readonly string[]): unknown[] {
  const one = texts.length === 1 ? readingsOf(String(texts[0])) : [];
  return [texts, texts.map(converted), ...one];
}

function memberReadings(value: Readonly<Record<string, unknown>>): unknown[] {
  const read = (as: (text: string) => unknown) =>
    Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        name,
        Array.isArray(member) ? member.map((item) => as(textOfValue(item))) : as(textOfValue(member)),
      ]),
    );
  return [read(String), read(converted)];
}

/**
 * Can the value be sent at its place without being taken for something else? A path segment must not be empty or move the path, a field
 * holds visible characters (RFC 9110 §5.5), and an item must not hold what separates items.
 */
export function isSendable(parameter: Parameter, value: unknown): boolean {
  const texts = Array.isArray(value)
    ? value.map(textOfValue)
    : isNode(value)
      ? Object.entries(value).flat().map(textOfValue)
      : undefined;
  if (texts !== undefined) {
    const isExploded = parameter.in === "query" && styleOf(parameter).explode;
    return (
      texts.length > 0 && texts.every((text) => isPlain(parameter, text) && (isExploded || /^[^,|;=. %]+$/.test(text)))
    );
  }
  return isPlain(parameter, textOfValue(value));
}

function isPlain({ in: where }: Parameter, text: string): boolean {
  if (where === "path") return text !== "" && !/^\.{1,2}$|[/\\]/.test(text) && !text.includes("\0");
  return where !== "header" || /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text);
}

/** Header fields that OpenAPI declares elsewhere (3.1 §4.8.12.1): a parameter with such a name is ignored. */
export function isIgnored(parameter: { readonly in: string; readonly name: string }): boolean {
  return ["header.accept", "header.content-type", "header.authorization"].includes(keyOf(parameter).toLowerCase());
}
