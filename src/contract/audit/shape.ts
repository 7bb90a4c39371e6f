import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { type ContractDocument, escapePointer } from "../document/document.ts";
import schema31 from "./openapi/3.1.schema.json" with { type: "json" };
import schema32 from "./openapi/3.2.schema.json" with { type: "json" };

const SCHEMAS: Readonly<Record<string, object>> = { "3.1": schema31, "3.2": schema32 };

// The compiled schemas, kept from their first use on: compiling takes a tenth of a second.
const compiled = new Map<string, ValidateFunction>();

function compile(schema: object): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateSchema: false, logger: false });
  addFormats.default(ajv);
  ajv.addFormat("media-range", true);
  return ajv.compile(schema);
}

/**
 * The places that are not written as the OpenAPI Initiative's own schema says, one sentence with a JSON pointer each.
 * express-openapi-validator has that schema, too, but prints its findings.
 */
export function auditShape({ root }: ContractDocument): string[] {
  const version = String(root.openapi);
  const [, minor = ""] = /^(3\.\d+)\.\d+$/.exec(version) ?? [];
  const schema = SCHEMAS[minor];
  if (schema === undefined) return [`/openapi: is ${version}, and 3.1 and 3.2 are served here`];
  const validate = compiled.get(minor) ?? compile(schema);
  compiled.set(minor, validate);
  validate(root);
  // An error of `if` only repeats the errors of the branch that applies.
  const faults = (validate.errors ?? []).filter(({ keyword }) => keyword !== "if");
  const places = Map.groupBy(faults, ({ instancePath }) => instancePath);
  return [...places.values()].flatMap((atPlace) => describe(atPlace, faults, minor));
}

/** The faults of one object, one sentence each. */
function describe(atPlace: readonly ErrorObject[], faults: readonly ErrorObject[], version: string): string[] {
  const isUnknown = ({ keyword }: ErrorObject) => keyword === "unevaluatedProperties";
  const others = atPlace.filter((fault) => !isUnknown(fault));
  const branches = others.filter(({ schemaPath }) => /\/(oneOf|anyOf)\/\d+\//.test(schemaPath));
  const plain = others.filter((fault) => !branches.includes(fault) && !(branches.length > 0 && isChoice(fault)));
  const [first] = branches;
  const sentences = [
    ...plain.map((fault) => `${fault.instancePath || "/"}: ${explain(fault)}`),
    ...(first ? [`${first.instancePath || "/"}: ${branches.map(explain).join(" or ")}`] : []),
  ];
  // Members may be unknown only because another fault hides the branch that declares them, so other faults come alone.
  if (sentences.length > 0 || atPlace.some((fault) => isUndecided(fault, faults))) return sentences;
  return atPlace.map(
    ({ instancePath, params }) =>
      `${instancePath}/${escapePointer(String(params.unevaluatedProperty))}: is not known to OpenAPI ${version} here`,
  );
}

function isChoice({ keyword }: Pick<ErrorObject, "keyword">): boolean {
  return keyword === "oneOf" || keyword === "anyOf";
}

/**
 * Is the `type` of the security scheme or the `in` of the parameter unknown, so that its other members cannot be
 * judged?
 */
function isUndecided({ instancePath }: ErrorObject, faults: readonly ErrorObject[]): boolean {
  return faults.some(
    (fault) =>
      fault.keyword === "enum" && ["type", "in"].some((key) => fault.instancePath === `${instancePath}/${key}`),
  );
}

function explain({ keyword, params, message = "is malformed" }: ErrorObject): string {
  if (keyword === "required") return `lacks ${String(params.missingProperty)}`;
  if (keyword === "enum") return `must be one of ${params.allowedValues.join(", ")}`;
  return isChoice({ keyword }) ? "must be one of several forms, and only one" : message;
}
