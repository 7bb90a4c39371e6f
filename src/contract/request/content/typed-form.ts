import type { Node } from "../../document/document.ts";
import type { FormDescription } from "../../document/operation.ts";
import type { Shape } from "../../schema/shape.ts";
import { compileText } from "../../schema/typed.ts";
import { readJson } from "../json.ts";

/** The texts of a form by their names. */
export type Texts = Readonly<Record<string, unknown>>;

/**
 * Compiles the reading of a form's texts in the types of its schema (OpenAPI 3.1 §4.8.14.4). A text that is none of the type stays as it
 * is: the validator says what is wrong with it. Undefined for a form of nothing but texts, which are read already.
 */
export function compileTypedForm({ shape, encoding }: FormDescription): ((form: Texts) => Texts) | undefined {
  const members = [...shape.members].map(([name, member]) => ({
    name,
    read: compileMember(member, encoding.get(name)),
  }));
  const deep = [...encoding].flatMap(([name, { style }]) => (style === "deepObject" ? [name] : []));
  const other = compileMember(shape.others, undefined);
  if (deep.length === 0 && !other && members.every(({ read }) => read === undefined)) return undefined;
  const readers = new Map(members.map(({ name, read }) => [name, read]));
  return (form) => {
    const value: Record<string, unknown> = Object.create(null);
    for (const [name, sent] of Object.entries(gather(form, deep))) {
      const read = readers.has(name) ? readers.get(name) : other;
      value[name] = read ? read(sent) : sent;
    }
    return value;
  };
}

/** Puts the members of objects that are written with brackets into one object each, unless a text has the name of the object. */
function gather(form: Texts, deep: readonly string[]): Texts {
  if (deep.length === 0) return form;
  const gathered: Record<string, unknown> = Object.create(null);
  for (const [key, sent] of Object.entries(form)) {
    const [, name = "", member = ""] = /^([^[]+)\[([^[\]]+)\]$/.exec(key) ?? [];
    if (!deep.includes(name) || member === "__proto__") gathered[key] = sent;
    else if (Object.hasOwn(form, name)) gathered[name] = form[name];
    else gathered[name] = { ...(gathered[name] as object | undefined), [member]: sent };
  }
  return gathered;
}

type ReadMember = (sent: unknown) => unknown;

/** The reading of one member; undefined where it is a text. */
function compileMember(shape: Shape | undefined, encoding: Node | undefined): ReadMember | undefined {
  if (!shape || shape.isFile) return undefined;
  if (shape.types.includes("array")) return compileList(shape, encoding);
  if (shape.types.includes("object") && encoding?.style === "deepObject") return compileObject(shape);
  return compileOne(shape, encoding);
}

/** A list has its name once for each element, or its elements in one text where it is not exploded. */
function compileList({ items }: Shape, encoding: Node | undefined): ReadMember | undefined {
  if (items?.isFile) return undefined;
  const read = items && compileOne(items, encoding?.style === undefined ? encoding : undefined);
  const separator = SEPARATORS[String(encoding?.style ?? "form")] ?? ",";
  const isJoined = typeof encoding?.explode === "boolean" ? !encoding.explode : separator !== ",";
  const isNested = items?.types.includes("array");
  return (sent) => {
    const texts = [sent].flat().flatMap((text) => (isJoined ? String(text).split(separator) : [text]));
    const values = read ? texts.map(read) : texts;
    // The whole list may be one JSON text.
    const [first] = values;
    return values.length === 1 && Array.isArray(first) && !isNested ? first : values;
  };
}

const SEPARATORS: Readonly<Record<string, string>> = { form: ",", spaceDelimited: " ", pipeDelimited: "|" };

function compileObject(shape: Shape): ReadMember {
  const members = new Map([...shape.members].map(([name, member]) => [name, compileMember(member, undefined)]));
  const other = compileMember(shape.others, undefined);
  return (sent) => {
    if (typeof sent !== "object" || sent === null || Array.isArray(sent)) return sent;
    const entries = Object.entries(sent).map(([name, text]) => {
      const read = members.has(name) ? members.get(name) : other;
      return [name, read ? read(text) : text];
    });
    return Object.fromEntries(entries);
  };
}

/** One value: JSON where its media type says so, which for objects is the usual one. */
function compileOne(shape: Shape, encoding: Node | undefined): ReadMember | undefined {
  const isJson = /^application\/(.+\+)?json$/.test(String(encoding?.contentType ?? ""));
  if (isJson || shape.types.includes("object")) return parseJson;
  if (
    shape.types.length === 0 ||
    (shape.types.includes("string") && shape.types.every((type) => type === "string" || type === "null"))
  ) {
    return undefined;
  }
  const read = compileText(shape);
  return (sent) => (typeof sent === "string" ? (read(sent) ?? sent) : sent);
}

function parseJson(sent: unknown): unknown {
  if (typeof sent !== "string") return sent;
  try {
    return readJson(sent);
  } catch {
    return sent;
  }
}
