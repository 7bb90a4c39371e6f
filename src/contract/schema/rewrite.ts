import type { ContractDocument, Located, Node } from "../document/document.ts";
import { walk } from "../document/walk.ts";
import { writeDiscriminator } from "./discriminator.ts";
import { formatOfMultiples } from "./multiple-of.ts";
import { schemasIn, schemasOf, sureParts } from "./parts.ts";

/** Which values a schema is held to: what clients send, what they get, or a sample in the document, which may be either. */
export type Side = "request" | "answer" | "sample";

type Writable = Record<string, unknown>;

/**
 * Puts in the place of keywords that validators of JSON Schema do not know, or take otherwise, what they mean, in a copy of a document.
 *
 * - An `integer` is a whole number that arrives as it was sent: beyond 2^53 - 1 JSON numbers are rounded (RFC 8259 §6).
 * - A `multipleOf` counts in decimal fractions.
 * - A `discriminator` decides between the schemas of its `oneOf`.
 * - What is `readOnly` is not required of a request, and what is `writeOnly` not of an answer (OpenAPI 3.1 §4.8.24.1).
 */
export function rewriteSchemas(root: Node, side: Side): void {
  const document: ContractDocument = { root, source: "", checked: false };
  const flag = { request: "readOnly", answer: "writeOnly", sample: undefined }[side];
  for (const { node, pointer, kind } of walk(root)) {
    if (kind !== "schema") continue;
    if (flag !== undefined) waive(document, { node, pointer }, flag);
    boundIntegers(node);
    writeMultipleOf(node);
    // A sample is held to the words of the document.
    if (side !== "sample") writeDiscriminator(node);
  }
}

function boundIntegers(schema: Writable): void {
  const types = [schema.type].flat();
  if (!types.includes("integer") || types.includes("number")) return;
  schema.maximum = Math.min(Number(schema.maximum ?? Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  schema.minimum = Math.max(Number(schema.minimum ?? Number.MIN_SAFE_INTEGER), Number.MIN_SAFE_INTEGER);
}

function writeMultipleOf(schema: Writable): void {
  const { multipleOf, format } = schema;
  if (typeof multipleOf !== "number") return;
  delete schema.multipleOf;
  const multiple = formatOfMultiples(multipleOf);
  if (format === undefined) schema.format = multiple;
  else schema.allOf = [...(Array.isArray(schema.allOf) ? schema.allOf : []), { format: multiple }];
}

/** Takes the members that have the flag out of the lists of those that are required. */
function waive(document: ContractDocument, schema: Located, flag: string): void {
  const parts = sureParts(document, schema);
  const isFlagged = (member: Located) => sureParts(document, member).some(({ node }) => node[flag] === true);
  const waived = parts.flatMap((part) =>
    schemasOf(part, "properties").flatMap(([name, member]) => (isFlagged(member) ? [name] : [])),
  );
  if (waived.length === 0) return;
  for (const { node } of [schema, ...schemasIn(schema, "allOf")]) {
    if (!Array.isArray(node.required)) continue;
    (node as Writable).required = node.required.filter((name) => !waived.includes(String(name)));
  }
}
