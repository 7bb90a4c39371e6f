import { meantBy, schemaAt, schemasOf } from "../schema/parts.ts";
import { readShape } from "../schema/shape.ts";
import type { ContractDocument, Located } from "./document.ts";
import type { Parameter } from "./operation.ts";

/** Reads a parameter, whose own `$ref` was followed. */
export function readParameter(document: ContractDocument, { node, pointer }: Located): Parameter {
  const [media] = schemasOf({ node, pointer }, "content");
  const schema = media ? schemaAt(media[1], "schema") : schemaAt({ node, pointer }, "schema");
  const shape = readShape(document, schema);
  const parameter = {
    name: String(node.name),
    in: String(node.in),
    node,
    pointer,
    schema,
    shape,
    types: shape.types,
    mediaType: media?.[0],
  };
  return { ...parameter, isPlain: schema !== undefined && isPlain(document, parameter, schema) };
}

/** Has the parameter the usual style of its place, and a schema that says its types in one place? */
function isPlain(
  document: ContractDocument,
  { node, in: where, mediaType }: Omit<Parameter, "isPlain">,
  schema: Located,
) {
  const usual = where === "query" || where === "cookie" ? "form" : "simple";
  if (mediaType !== undefined || (node.style ?? usual) !== usual) return false;
  const isScalar = (located: Located | undefined): boolean => {
    const types = located && isDirect(located) ? [located.node.type ?? []].flat() : [];
    return types.length > 0 && !types.includes("array") && !types.includes("object");
  };
  const target = meantBy(document, schema);
  if (!isDirect(target) || target.node.type !== "array" || where !== "query") return isScalar(target);
  const items = schemaAt(target, "items");
  const isExploded = node.explode !== false && target.node.prefixItems === undefined;
  return isExploded && items !== undefined && isScalar(meantBy(document, items));
}

/** Stands all that a schema says in itself? */
function isDirect({ node }: Located): boolean {
  return ["$ref", "allOf", "oneOf", "anyOf", "not", "if"].every((key) => node[key] === undefined);
}
