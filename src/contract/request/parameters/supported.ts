import type { Parameter } from "../../document/operation.ts";
import type { Shape } from "../../schema/shape.ts";
import { formOf, styleOf } from "./style.ts";

/** The styles that OpenAPI 3.1 §4.8.12.2 gives to each place. */
const STYLES: Readonly<Record<string, readonly string[]>> = {
  query: ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
  path: ["simple", "label", "matrix"],
  header: ["simple"],
  cookie: ["form"],
};

/** Header fields that OpenAPI describes elsewhere: by `content` and by `security`. */
const NOT_PARAMETERS = new Set(["accept", "content-type", "authorization"]);

/** Why this runtime cannot read a parameter as declared, in a phrase; undefined when it can. */
export function unreadable(parameter: Parameter): string | undefined {
  const { in: where, name, node, schema, mediaType } = parameter;
  if (STYLES[where] === undefined) return `stands in ${where}, where no parameter is read`;
  if (where === "path" && node.required !== true) return "is in the path and not required";
  if (where === "header" && NOT_PARAMETERS.has(name.toLowerCase())) return "is no parameter (OpenAPI 3.1 §4.8.12.1)";
  if ((where === "header" ? name.toLowerCase() : name) in Object.prototype)
    return "has a name that each object has, which is not supported";
  if (where === "query" && name.includes("[")) return "has brackets in its name, which is not supported";
  if (schema === undefined) return "has no schema";
  if (mediaType === undefined) return unreadableStyle(parameter);
  if (isJson(mediaType) || mediaType === "text/plain") return undefined;
  return `is ${mediaType}, for which there is no parser`;
}

/** Is it JSON (RFC 6839 §3.1)? */
export function isJson(mediaType: string): boolean {
  return mediaType === "application/json" || mediaType.endsWith("+json");
}

function unreadableStyle(parameter: Parameter): string | undefined {
  const { in: where, node, shape } = parameter;
  const { style, explode } = styleOf(parameter);
  if (!STYLES[where]?.includes(style)) return `has the style ${style}, which no parameter in ${where} has`;
  if (shape.types.length === 0) return "has a schema without a type";
  const form = formOf(shape);
  if (form === undefined) return "may be a list, an object or one text, which no style tells apart";
  if (form === "text" && !["form", "simple", "label", "matrix"].includes(style))
    return `is one text, in the style ${style}`;
  if (style === "deepObject") {
    if (form !== "object") return "is no object, in the style deepObject";
    if (node.explode === false) return "is not exploded, in the style deepObject";
  } else if (style.endsWith("Delimited") && explode) return `is exploded, in the style ${style}`;
  if (where === "cookie" && form !== "text" && explode) {
    return "is exploded into several values, for which a cookie has no place: give it explode: false";
  }
  return unreadableParts(shape, form, style);
}

function unreadableParts(shape: Shape, form: string, style: string): string | undefined {
  if (form === "list") {
    const elements = [...shape.prefixItems, ...(shape.items ? [shape.items] : [])];
    if (elements.length === 0) return "is a list of elements without a type";
    return elements.flatMap((element) => unreadablePart(element, "an element") ?? [])[0];
  }
  if (form !== "object") return undefined;
  const members = [...shape.members.values(), ...(shape.others ? [shape.others] : [])];
  if (members.length === 0) return "is an object without members";
  // A list in such an object has its name once for each element.
  const isPart = ({ items }: Shape) => style === "deepObject" && items !== undefined && formOf(items) === "text";
  return members.flatMap((member) => (isPart(member) ? [] : (unreadablePart(member, "a member") ?? [])))[0];
}

function unreadablePart(shape: Shape, what: string): string | undefined {
  if (shape.types.length === 0) return `has ${what} without a type`;
  return formOf(shape) === "text" ? undefined : `has ${what} that is a list or an object, which no style writes`;
}

/** The names in the query that several parameters would take, one phrase each: an exploded object lends its members its place. */
export function ambiguousNames(parameters: readonly Parameter[]): string[] {
  const names = parameters.flatMap((parameter) => {
    if (parameter.in !== "query") return [];
    return isSpread(parameter) ? [...parameter.shape.members.keys()] : [parameter.name];
  });
  const open = parameters.filter((parameter) => isSpread(parameter) && parameter.shape.others !== undefined);
  return [
    ...names
      .filter((name, index) => names.indexOf(name) !== index)
      .map((name) => `has several parameters that take ${name} in its query`),
    ...(open.length > 1 ? ["has several parameters that take any name in its query"] : []),
  ];
}

/** Is it an object whose members are parameters of the query by themselves? */
export function isSpread(parameter: Parameter): boolean {
  const { style, explode } = styleOf(parameter);
  const isStyled = parameter.in === "query" && parameter.mediaType === undefined;
  return isStyled && style === "form" && explode && formOf(parameter.shape) === "object";
}
