import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { type ContractDocument, escapePointer } from "../document/document.ts";
import schema from "./openapi-3.1.schema.json" with { type: "json" };

// Made at the first use and kept: it is a constant that takes a tenth of a second.
let validate: ValidateFunction | undefined;

function compile(): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateSchema: false, logger: false });
  addFormats.default(ajv);
  ajv.addFormat("media-range", true);
  return ajv.compile(schema);
}

/**
 * What in the document is not written as the OpenAPI Initiative's own schema says, one sentence with a JSON pointer each.
 * express-openapi-validator has that schema, too, but prints what it finds.
 */
export function auditShape({ root }: ContractDocument): string[] {
  const version = String(root.openapi);
  if (!/^3\.1\.\d+$/.test(version)) return [`/openapi: is ${version}, and 3.1 is served here`];
  validate ??= compile();
  validate(root);
  // That some branch of a schema applies and does not match says nothing that the faults in it do not.
  const faults = (validate.errors ?? []).filter(({ keyword }) => keyword !== "if");
  const places = Map.groupBy(faults, ({ instancePath }) => instancePath);
  return [...places.values()].flatMap((atPlace) => describe(atPlace, faults));
}

/** The faults of one object. */
function describe(atPlace: readonly ErrorObject[], faults: readonly ErrorObject[]): string[] {
  const isUnknown = ({ keyword }: ErrorObject) => keyword === "unevaluatedProperties";
  const others = atPlace.filter((fault) => !isUnknown(fault));
  const branches = others.filter(({ schemaPath }) => /\/(oneOf|anyOf)\/\d+\//.test(schemaPath));
  const plain = others.filter((fault) => !branches.includes(fault) && !(branches.length > 0 && isChoice(fault)));
  const [first] = branches;
  const sentences = [
    ...plain.map((fault) => `${fault.instancePath || "/"}: ${explain(fault)}`),
    ...(first ? [`${first.instancePath || "/"}: ${branches.map(explain).join(" or ")}`] : []),
  ];
  // Which members an object can have may hang on what is wrong with it: they are unknown for that alone.
  if (sentences.length > 0 || atPlace.some((fault) => isUndecided(fault, faults))) return sentences;
  return atPlace.map(
    ({ instancePath, params }) =>
      `${instancePath}/${escapePointer(String(params.unevaluatedProperty))}: is not known to OpenAPI 3.1 here`,
  );
}

function isChoice({ keyword }: Pick<ErrorObject, "keyword">): boolean {
  return keyword === "oneOf" || keyword === "anyOf";
}

/** Is the `type` of a security scheme, or where a parameter stands, none that there is? */
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
