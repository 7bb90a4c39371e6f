import type { Parameter } from "../../document/operation.ts";
import type { Shape } from "../../schema/shape.ts";

/** What a text stands for: one value, the elements of a list, or the members of an object. All of them decoded. */
export type Pieces = string | readonly string[] | readonly Member[];
export type Member = readonly [name: string, text: string];

/** The form of a value in a style: one text, a list or an object. */
export type Form = "text" | "list" | "object";

/** The form that a schema allows; undefined when it allows several, which no style tells apart. */
export function formOf({ types }: Shape): Form | undefined {
  const forms = new Set<Form>(types.filter((type) => type !== "null").map((type) => FORMS[type] ?? "text"));
  const [form] = forms;
  return forms.size === 1 ? form : undefined;
}

const FORMS: Readonly<Record<string, Form>> = { array: "list", object: "object" };

/** The style of a parameter, and whether it is exploded (OpenAPI 3.1 §4.8.12.2). */
export function styleOf({ in: where, node }: Pick<Parameter, "in" | "node">): { style: string; explode: boolean } {
  const style = String(node.style ?? (where === "query" || where === "cookie" ? "form" : "simple"));
  const explode = typeof node.explode === "boolean" ? node.explode : style === "form" || style === "deepObject";
  return { style, explode };
}

/** The signs between the parts of a text. */
interface Signs {
  /** In front of it all. */
  readonly prefix: string;
  readonly separator: string | RegExp;
}

const SIGNS: Readonly<Record<string, Signs>> = {
  simple: { prefix: "", separator: "," },
  form: { prefix: "", separator: "," },
  label: { prefix: ".", separator: "," },
  // Both signs have to be encoded in an address (RFC 3986 §3.4); a bar seldom is.
  spaceDelimited: { prefix: "", separator: /%20|\+/ },
  pipeDelimited: { prefix: "", separator: /\||%7C/i },
};

/**
 * Compiles what takes the text of one parameter apart, the reverse of its expansion by RFC 6570 §3.2. Parts are separated before they are
 * decoded, so that an encoded separator is a character like any other. Undefined for a text that is no such expansion.
 *
 * @param decode decodes one part; undefined when it cannot be
 */
export function compileSplitter(
  parameter: Pick<Parameter, "in" | "node" | "name">,
  form: Form,
  decode: (text: string) => string | undefined,
): (raw: string) => Pieces | undefined {
  const { style, explode } = styleOf(parameter);
  const all = (texts: readonly string[]) => {
    const decoded = texts.map(decode);
    return decoded.includes(undefined) ? undefined : (decoded as string[]);
  };
  if (style === "matrix") return compileMatrix(parameter.name, form, explode, decode, all);
  const { prefix, separator } = SIGNS[style] ?? (SIGNS.simple as Signs);
  const between = style === "label" && explode ? "." : separator;
  return (raw) => {
    if (!raw.startsWith(prefix)) return undefined;
    const text = raw.slice(prefix.length);
    if (form === "text") return decode(text);
    const parts = text.split(between);
    return form === "list" ? all(parts) : toMembers(parts, explode, all);
  };
}

/** The style `matrix` names the parameter (RFC 6570 §3.2.7): `;a=1,2`, exploded `;a=1;a=2`, and an exploded object its members alone. */
function compileMatrix(
  name: string,
  form: Form,
  explode: boolean,
  decode: (text: string) => string | undefined,
  all: (texts: readonly string[]) => readonly string[] | undefined,
): (raw: string) => Pieces | undefined {
  const textIn = (part: string) => {
    if (part === name) return "";
    return part.startsWith(`${name}=`) ? part.slice(name.length + 1) : undefined;
  };
  return (raw) => {
    if (!raw.startsWith(";")) return undefined;
    const parts = raw.slice(1).split(";");
    if (explode && form === "object") return toMembers(parts, true, all);
    const values = parts.map(textIn);
    const [first] = values;
    if (first === undefined || values.includes(undefined)) return undefined;
    if (form === "list" && explode) return all(values as string[]);
    if (values.length > 1) return undefined;
    if (form === "text") return decode(first);
    return form === "list" ? all(first.split(",")) : toMembers(first.split(","), false, all);
  };
}

/** The members of an object: `R=100,G=200` exploded, else `R,100,G,200`. */
function toMembers(
  parts: readonly string[],
  explode: boolean,
  all: (texts: readonly string[]) => readonly string[] | undefined,
): Member[] | undefined {
  const flat = explode
    ? parts.flatMap((part) => {
        const end = part.indexOf("=");
        return end === -1 ? [part, ""] : [part.slice(0, end), part.slice(end + 1)];
      })
    : parts;
  const decoded = flat.length % 2 === 0 ? all(flat) : undefined;
  return decoded?.flatMap((name, index) => (index % 2 === 0 ? [[name, decoded[index + 1] as string] as const] : []));
}
