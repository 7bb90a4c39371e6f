import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats, { type FormatName } from "ajv-formats";
import type { ContractDocument, Node } from "../document/document.ts";
import { formatsOfMultiples } from "../schema/multiple-of.ts";
import { rewriteSchemas, type Side } from "../schema/rewrite.ts";

/** The check of values against schemas of the document, by their JSON pointer. Never writes into a value. */
export interface SchemaValidator {
  /** The faults of a value that is sent, in one line; undefined when it is as the schema at `pointer` says. */
  check(pointer: string, value: unknown): string | undefined;
  /**
   * The same for the bytes of a text that is sent again and again, such as a file: those that were right once are not looked at any more,
   * since a check takes longer than all else that sending them does.
   *
   * @param read makes the value of the text
   */
  checkBytes(pointer: string, bytes: Uint8Array, read: (text: string) => unknown): string | undefined;
  /** The same for a value that arrives as text, such as a header or an example of one: numbers are read as numbers. */
  checkText(pointer: string, text: string): string | undefined;
  /**
   * The reason why the schema at `pointer` cannot be compiled; undefined when it can. It is compiled then: no request
   * waits for it.
   */
  fault(pointer: string): string | undefined;
  /** The faults of an example or a default. */
  checkSample(pointer: string, value: unknown): string | undefined;
  /** The same as {@link SchemaValidator.fault} for {@link SchemaValidator.checkText}. */
  textFault(pointer: string): string | undefined;
  knowsFormat(format: string): boolean;
}

const DOCUMENT = "contract";
/**
 * Times as `Date` writes them, on a day that each month has. The package reads a time piece by piece, which takes three times as long, a
 * twentieth of an answer with a list.
 */
const USUAL_TIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3])(?::[0-5]\d){2}\.\d{3}Z$/;
/** Formats that describe how a string is shown or encoded and leave nothing to check. */
const ANNOTATIONS = ["password", "binary", "byte"];

/**
 * Compiles schemas of an OpenAPI 3.1 document (JSON Schema 2020-12) on demand and keeps them.
 *
 * Responses, headers and examples are held against the contract here and not by express-openapi-validator: that package
 * checks neither headers nor a status of 500 and above, takes an undeclared media type for the first declared one, and
 * writes into bodies.
 */
export function createSchemaValidator(document: ContractDocument): SchemaValidator {
  const answers = rewritten(document, "answer");
  const strict = compiler(() => createAjv(document, answers(), { hidesWriteOnly: true }));
  const textual = compiler(() => createAjv(document, answers(), { hidesWriteOnly: true, coerceTypes: true }));
  const samples = compiler(() => createAjv(document, rewritten(document, "sample")(), {}));
  const right = new Map<string, WeakSet<Uint8Array>>();
  return {
    checkBytes: (pointer, bytes, read) => {
      if (right.get(pointer)?.has(bytes)) return undefined;
      const fault = report(strict, pointer, read(Buffer.from(bytes).toString()));
      if (fault === undefined) right.set(pointer, (right.get(pointer) ?? new WeakSet()).add(bytes));
      return fault;
    },
    check: (pointer, value) => report(strict, pointer, value),
    checkText: (pointer, text) => report(textual, pointer, text),
    checkSample: (pointer, value) => faultOf(samples, pointer) ?? report(samples, pointer, value),
    fault: (pointer) => faultOf(strict, pointer),
    textFault: (pointer) => faultOf(textual, pointer),
    knowsFormat: (format) => ANNOTATIONS.includes(format) || strict.ajv().formats[format] !== undefined,
  };
}

/** The schemas for values on one side, written for the validator when the first of them is needed. */
function rewritten({ root }: ContractDocument, side: Side): () => Node {
  let copy: Node | undefined;
  return () => {
    if (copy === undefined) {
      copy = structuredClone(root);
      rewriteSchemas(copy, side);
    }
    return copy;
  };
}

interface Compiler {
  readonly ajv: () => Ajv2020;
  readonly compiled: Map<string, ValidateFunction>;
}

function compiler(create: () => Ajv2020): Compiler {
  let ajv: Ajv2020 | undefined;
  return {
    ajv: () => {
      ajv ??= create();
      return ajv;
    },
    compiled: new Map(),
  };
}

interface AjvOptions {
  /** Whether a value with a member that is write-only is refused: it is no part of an answer. */
  readonly hidesWriteOnly?: true;
  readonly coerceTypes?: true;
}

function createAjv(document: ContractDocument, root: Node, options: AjvOptions): Ajv2020 {
  const { hidesWriteOnly, coerceTypes = false } = options;
  const ajv = new Ajv2020({ strict: false, coerceTypes, validateSchema: false, logger: false });
  addFormats.default(ajv, { mode: "full" });
  for (const format of ANNOTATIONS) ajv.addFormat(format as FormatName, true);
  const { validate } = addFormats.default.get("date-time", "full") as { validate: (text: string) => boolean };
  ajv.addFormat("date-time", { type: "string", validate: (text: string) => USUAL_TIME.test(text) || validate(text) });
  for (const [name, format] of Object.entries(formatsOfMultiples(document.root))) ajv.addFormat(name, format);
  if (hidesWriteOnly) {
    ajv.removeKeyword("writeOnly");
    const error = { message: "is write-only" };
    ajv.addKeyword({ keyword: "writeOnly", compile: (isWriteOnly) => () => isWriteOnly !== true, error });
  }
  ajv.addSchema(root, DOCUMENT, false, false);
  return ajv;
}

function compiledAt({ ajv, compiled }: Compiler, pointer: string): ValidateFunction {
  let validate = compiled.get(pointer);
  if (!validate) {
    // `getSchema` compiles the schema itself; `compile` of a `$ref` to it would compile the `$ref` as well.
    validate = ajv().getSchema(`${DOCUMENT}#${encodeURI(pointer)}`);
    if (!validate) throw new Error(`there is no schema at ${pointer}`);
    compiled.set(pointer, validate);
  }
  return validate;
}

function report(compiler: Compiler, pointer: string, value: unknown): string | undefined {
  const validate = compiledAt(compiler, pointer);
  return validate(value) ? undefined : compiler.ajv().errorsText(validate.errors, { dataVar: "value" });
}

function faultOf(compiler: Compiler, pointer: string): string | undefined {
  try {
    compiledAt(compiler, pointer);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
