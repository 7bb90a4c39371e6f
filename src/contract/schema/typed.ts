import type { Shape } from "./shape.ts";

/**
 * The spelling of numbers and booleans in a text, by JSON type. The conversions of the language also take `0x10`, `1e3` and ` 7 `, so
 * that one resource would have many addresses, and let `Infinity` pass every limit.
 */
const LEXICAL: Readonly<Record<string, (text: string) => number | boolean | undefined>> = {
  integer: (text) => (/^-?(0|[1-9]\d*)$/.test(text) ? Number(text) : undefined),
  number: (text) => (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined),
  boolean: (text) => (text === "true" || text === "false" ? text === "true" : undefined),
};

/** A value that was made of text, or the fault of the text, in a phrase, with the JSON pointer of the part that has it. */
export type Typed = { readonly value: unknown } | { readonly fault: string; readonly pointer: string };

/** Reads one text as a value; undefined when it is none. */
export type ReadText = (text: string) => unknown;

/**
 * Compiles the reading of one text in the types of a schema. Where both fit, a text that reads as a number or a boolean is one, and any
 * other text a string. A schema without types takes the text.
 */
export function compileText({ types }: Pick<Shape, "types">): ReadText {
  const readers = ["integer", "number", "boolean"].flatMap((type) =>
    types.includes(type) ? (LEXICAL[type] ?? []) : [],
  );
  const takesText = types.length === 0 || types.includes("string");
  const [first, ...others] = readers;
  if (first === undefined) return takesText ? (text) => text : () => undefined;
  if (others.length === 0 && !takesText) return first;
  return (text) => {
    for (const read of readers) {
      const value = read(text);
      if (value !== undefined) return value;
    }
    return takesText ? text : undefined;
  };
}

/** The types of a schema, for people. */
export function namesOf({ types }: Pick<Shape, "types">): string {
  return types.join(" or ");
}

const UNTYPED: Pick<Shape, "types"> = { types: [] };

/** Compiles the reading of the elements of a list. */
export function compileList({
  items,
  prefixItems,
}: Pick<Shape, "items" | "prefixItems">): (texts: readonly string[]) => Typed {
  const first = prefixItems.map((shape) => ({ shape, read: compileText(shape) }));
  const rest = { shape: items ?? UNTYPED, read: compileText(items ?? UNTYPED) };
  return (texts) => {
    const value: unknown[] = [];
    for (const [index, text] of texts.entries()) {
      const { shape, read } = first[index] ?? rest;
      const element = read(text);
      if (element === undefined) return { fault: `must be ${namesOf(shape)}`, pointer: `/${index}` };
      value.push(element);
    }
    return { value };
  };
}

/** Compiles the reading of the members of an object; a member that is a list has its name once for each element. */
export function compileObject(shape: Shape): (members: Iterable<readonly [name: string, text: string]>) => Typed {
  const known = new Map([...shape.members].map(([name, member]) => [name, compileMember(member)]));
  const other = compileMember(shape.others);
  return (members) => {
    const value: Record<string, unknown> = {};
    for (const [name, texts] of Map.groupBy(members, ([member]) => member)) {
      // Such a member would be no member of the object.
      if (name === "__proto__") return { fault: "has a member that is not allowed", pointer: "" };
      const typed = (known.get(name) ?? other)(texts.map(([, text]) => text));
      if ("fault" in typed) return { ...typed, pointer: `/${name}${typed.pointer}` };
      value[name] = typed.value;
    }
    return { value };
  };
}

/** Compiles the reading of a member by the texts that its name has. */
export function compileMember(shape: Shape | undefined): (texts: readonly string[]) => Typed {
  if (shape?.types.includes("array")) return compileList(shape);
  const read = compileText(shape ?? UNTYPED);
  return (texts) => {
    const [text = ""] = texts;
    if (texts.length > 1) return { fault: "must not be given more than once", pointer: "" };
    const value = read(text);
    return value === undefined ? { fault: `must be ${namesOf(shape ?? UNTYPED)}`, pointer: "" } : { value };
  };
}
