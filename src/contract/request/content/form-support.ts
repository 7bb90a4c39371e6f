import type { Node } from "../../document/document.ts";
import type { FormDescription } from "../../document/operation.ts";
import type { Shape } from "../../schema/shape.ts";

/** Why the members of a form cannot be read as declared, one phrase each. */
export function unreadableForm(mediaType: string, { shape, encoding, isDirect }: FormDescription): string[] {
  const isMultipart = mediaType === "multipart/form-data";
  const hasFiles = [...shape.members.values()].some((member) => member.isFile || member.items?.isFile);
  return [
    ...[...encoding.keys()]
      .filter((name) => !shape.members.has(name))
      .map((name) => `encodes ${name}, which its form has not`),
    ...[...shape.members].flatMap(([name, member]) =>
      unreadableMember(member, encoding.get(name), isMultipart).map(
        (reason) => `takes a form whose member ${name} ${reason}`,
      ),
    ),
    ...(hasFiles && !isDirect ? ["takes a form with files whose schema is put together of several"] : []),
    ...(isMultipart && shape.types[0] !== "object" ? [`takes ${mediaType} that is no object`] : []),
  ];
}

function unreadableMember(shape: Shape, encoding: Node | undefined, isMultipart: boolean): string[] {
  const { style, explode, contentType, headers } = encoding ?? {};
  const isFile = shape.isFile || shape.items?.isFile === true;
  const isObject = shape.types.includes("object");
  const isList = shape.types.includes("array");
  const parts = [...shape.members.values(), ...(shape.items ? [...shape.items.members.values()] : [])];
  return [
    ...(headers === undefined ? [] : ["declares headers of its part, which nobody checks"]),
    ...(parts.some((part) => part.isFile) ? ["has a file inside"] : []),
    ...(isMultipart || !isFile ? [] : ["is a file, for which only multipart/form-data has a place"]),
    ...(isMultipart && style !== undefined ? [`has the style ${style}, which no part of multipart/form-data has`] : []),
    ...(isMultipart && isFile && isList && shape.maxItems === undefined ? ["is a list of files without maxItems"] : []),
    ...(isObject && style === "form"
      ? ["is an object in the style form, whose members would be fields of the form"]
      : []),
    ...(style === "deepObject" && !isObject ? ["is no object, in the style deepObject"] : []),
    ...(String(style).endsWith("Delimited") && (explode === true || !isList)
      ? [`is exploded or no list, in the style ${style}`]
      : []),
    ...(isFile || contentType === undefined || /^(text\/plain|application\/(.+\+)?json)$/.test(String(contentType))
      ? []
      : [`is ${String(contentType)}, for which there is no parser`]),
  ];
}
