import { type ContractDocument, children, isNode } from "../document/document.ts";
import { type Place, walk } from "../document/walk.ts";
import type { SchemaValidator } from "../response/schema-validator.ts";

/**
 * Examples and defaults that their own schema refuses, and formats that are not checked, one sentence with a JSON pointer
 * each. A schema that has such a sample and cannot be compiled is told of, too.
 */
export function auditSamples(document: ContractDocument, schemas: SchemaValidator): string[] {
  return [...walk(document.root)].flatMap((place) => [
    ...samplesOf(document, place).flatMap(({ what, schema, sample }) => {
      const fault = schemas.checkSample(schema, sample);
      return fault ? [`${place.pointer}: ${what} does not match its schema: ${fault}`] : [];
    }),
    ...auditFormat(place, schemas),
  ]);
}

function auditFormat({ kind, node, pointer }: Place, schemas: SchemaValidator): string[] {
  if (kind !== "schema" || typeof node.format !== "string" || schemas.knowsFormat(node.format)) return [];
  return [`${pointer}: nobody checks the format ${node.format}`];
}

interface Sample {
  readonly what: string;
  /** The pointer of the schema that it has to match. */
  readonly schema: string;
  readonly sample: unknown;
}

function samplesOf(document: ContractDocument, place: Place): Sample[] {
  return place.kind === "schema" ? samplesInSchema(place) : samplesBesideSchema(document, place);
}

/** The default and the examples of a schema (JSON Schema Validation 2020-12 §9; `example` by OpenAPI 3.1 §4.8.24). */
function samplesInSchema({ node, pointer: schema }: Place): Sample[] {
  const { default: preset, example, examples } = node;
  return [
    ...(preset === undefined ? [] : [{ what: "the default", schema, sample: preset }]),
    ...(example === undefined ? [] : [{ what: "the example", schema, sample: example }]),
    ...(Array.isArray(examples) ? examples : []).map((sample) => ({ what: "an example", schema, sample })),
  ];
}

/** The examples of a parameter, a header or a media type, which stand beside its schema. */
function samplesBesideSchema(document: ContractDocument, place: Place): Sample[] {
  const { node, pointer } = place;
  if (!isNode(node.schema)) return [];
  const schema = `${pointer}/schema`;
  return [
    ...(node.example === undefined ? [] : [{ what: "the example", schema, sample: node.example }]),
    // OpenAPI 3.2 calls the value `dataValue`.
    ...children(document, place, "examples").flatMap(([name, { node: example }]) =>
      ["value", "dataValue"]
        .filter((key) => key in example)
        .map((key) => ({ what: `the example ${name}`, schema, sample: example[key] })),
    ),
  ];
}
