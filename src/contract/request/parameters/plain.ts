import type { Parameter } from "../../document/operation.ts";
import { compileText, namesOf } from "../../schema/typed.ts";
import { keyOf } from "../envelope.ts";
import type { Violation } from "../violation.ts";

/** The reader of a parameter that is one text, or a list of them in the query. */
export interface PlainReader {
  /** The name by which it is found. */
  readonly key: string;
  /** The value of the text that was sent, or of the texts. What cannot be read is a violation. */
  read(sent: unknown, violations: Violation[]): unknown;
}

/** Compiles the reader of a parameter for which `isPlain` holds. */
export function compilePlain(parameter: Parameter): PlainReader {
  const { in: where, name, shape } = parameter;
  const key = keyOf(parameter);
  const isList = shape.types.includes("array");
  const element = isList ? (shape.items ?? { types: [] }) : shape;
  const read = compileText(element);
  const one = (sent: unknown, violations: Violation[]): unknown => {
    const text = where === "cookie" ? decodeCookie(String(sent)) : String(sent);
    const value = text === undefined ? undefined : read(text);
    if (value === undefined) violations.push({ in: where, name, detail: `must be ${namesOf(element)}` });
    return value;
  };
  if (isList) return { key, read: (sent, violations) => [sent].flat().map((each) => one(each, violations)) };
  return {
    key,
    read: (sent, violations) => {
      if (!Array.isArray(sent)) return one(sent, violations);
      violations.push({ in: where, name, detail: "must not be given more than once" });
      return sent;
    },
  };
}

/** The text of a cookie, whose style encodes it like an address (RFC 6570 §3.2.8); undefined when it cannot be decoded. */
export function decodeCookie(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
