import { type ContractDocument, children, escapePointer, isNode, type Located } from "../document/document.ts";
import type { SchemaValidator } from "../response/schema-validator.ts";

/** Examples and defaults that their own schema refuses, schemas that cannot be compiled, and formats that nobody checks. */
export function auditSamples(document: ContractDocument, schemas: SchemaValidator): string[] {
  const findings: string[] = [];
  const visit = (value: unknown, pointer: string): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, `${pointer}/${index}`);
    if (!isNode(value)) return;
    const located = { node: value, pointer };
    for (const { what, schema, sample } of samplesOf(document, located)) {
      const fault = schemas.fault(schema) ?? schemas.check(schema, sample);
      if (fault) findings.push(`${pointer}: ${what} does not match its schema: ${fault}`);
    }
    if (isSchema(value) && typeof value.format === "string" && !schemas.knowsFormat(value.format)) {
      findings.push(`${pointer}: nobody checks the format ${value.format}`);
    }
    for (const key of Object.keys(value)) {
      if (!DATA.has(key)) visit(value[key], `${pointer}/${escapePointer(key)}`);
    }
  };
  visit(document.root, "");
  return findings;
}

const DATA = new Set(["example", "examples", "default", "const", "enum"]);

interface Sample {
  readonly what: string;
  /** The pointer of the schema that it has to match. */
  readonly schema: string;
  readonly sample: unknown;
}

function samplesOf(document: ContractDocument, { node, pointer }: Located): Sample[] {
  const { example, examples, default: preset } = node;
  const samples: Sample[] = [];
  if (isNode(node.schema)) {
    const schema = `${pointer}/schema`;
    if (example !== undefined) samples.push({ what: "the example", schema, sample: example });
    for (const [name, { node: shared }] of children(document, { node, pointer }, "examples")) {
      if ("value" in shared) samples.push({ what: `the example ${name}`, schema, sample: shared.value });
    }
  }
  if (isSchema(node)) {
    if (preset !== undefined) samples.push({ what: "the default", schema: pointer, sample: preset });
    if (example !== undefined) samples.push({ what: "the example", schema: pointer, sample: example });
    for (const sample of Array.isArray(examples) ? examples : []) {
      samples.push({ what: "an example", schema: pointer, sample });
    }
  }
  return samples;
}

/** A schema that says its type. Security schemes have a type, too, but none of these. */
function isSchema(node: Located["node"]): boolean {
  const types = [node.type].flat();
  return types.length > 0 && types.every((type) => TYPES.has(String(type)));
}

const TYPES = new Set(["string", "number", "integer", "boolean", "array", "object", "null"]);
