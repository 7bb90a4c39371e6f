import { meantBy, schemaAt } from "../schema/parts.ts";
import { readShape } from "../schema/shape.ts";
import { type ContractDocument, children, type Located } from "./document.ts";
import type { FormDescription, RequestContent } from "./operation.ts";

/** The content that a request body describes; `maxContentBytes` counts where it has no `x-max-bytes`. */
export function readRequestContent(
  document: ContractDocument,
  content: Located,
  maxContentBytes: number,
): RequestContent {
  const { node } = content;
  const schemas = readSchemas(document, content);
  const files = [...schemas].filter(([mediaType, schema]) => isKept(mediaType) && readShape(document, schema).isFile);
  return {
    required: node.required === true,
    mediaTypes: readMediaTypes(document, content),
    schemas,
    forms: readForms(document, content),
    files: new Set(files.map(([mediaType]) => mediaType)),
    maxBytes: typeof node["x-max-bytes"] === "number" ? node["x-max-bytes"] : maxContentBytes,
  };
}

/** Is content of a media type neither JSON nor a form, which have parsers? */
function isKept(mediaType: string): boolean {
  return !FORMS.includes(mediaType) && !/^application\/(.+\+)?json$/.test(mediaType);
}

/** The media types of content, each with the pointer of its schema. */
export function readMediaTypes(document: ContractDocument, holder: Located): Map<string, string | undefined> {
  const content = children(document, holder, "content");
  return new Map(content.map(([mediaType, located]) => [mediaType, readSchema(document, located)]));
}

/** The pointer of the schema under `schema`. */
export function readSchema(document: ContractDocument, holder: Located): string | undefined {
  const schema = schemaAt(holder, "schema");
  return schema && meantBy(document, schema).pointer;
}

function readSchemas(document: ContractDocument, holder: Located): Map<string, Located> {
  const schemas = children(document, holder, "content").map(
    ([mediaType, media]) => [mediaType, schemaAt(media, "schema")] as const,
  );
  return new Map(schemas.flatMap(([mediaType, schema]) => (schema ? [[mediaType, schema]] : [])));
}

const FORMS = ["application/x-www-form-urlencoded", "multipart/form-data"];

function readForms(document: ContractDocument, holder: Located): Map<string, FormDescription> {
  const forms = children(document, holder, "content").filter(([mediaType]) => FORMS.includes(mediaType));
  return new Map(
    forms.map(([mediaType, located]) => [
      mediaType,
      {
        shape: readShape(document, schemaAt(located, "schema")),
        isDirect: isDirect(document, located),
        encoding: new Map(children(document, located, "encoding").map(([name, { node }]) => [name, node])),
      },
    ]),
  );
}

function isDirect(document: ContractDocument, holder: Located): boolean {
  const schema = schemaAt(holder, "schema");
  const node = schema && meantBy(document, schema).node;
  return node !== undefined && ["$ref", "allOf", "oneOf", "anyOf"].every((key) => node[key] === undefined);
}
