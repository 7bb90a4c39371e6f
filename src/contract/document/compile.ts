import type { RequestValidator } from "../request/express-request.ts";
import { createRequestValidator } from "../request/validator.ts";
import { createSchemaValidator, type SchemaValidator } from "../response/schema-validator.ts";
import { type ContractDocument, ContractFault } from "./document.ts";
import type { Operation, SecurityScheme } from "./operation.ts";
import { type Allowances, readOperations, readSecuritySchemes } from "./read-operations.ts";

/**
 * A document with all that is made of it alone, without handlers or options. Several servers of a process may share it.
 */
export interface CompiledContract {
  readonly document: ContractDocument;
  readonly operations: readonly Operation[];
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  readonly schemas: SchemaValidator;
  /** Undefined when the document cannot be served. */
  readonly validate: RequestValidator | undefined;
  /** The places that are not written as OpenAPI says, one sentence each. */
  readonly malformed: readonly string[];
  /** The places that the validator of requests cannot work with, one sentence each. */
  readonly unusable: readonly string[];
}

/**
 * Compiles a document. Its faults are kept, to be reported together with those that are found when it is served. A document that has
 * been checked is compiled operation by operation, when a request needs it: all at once would take 250 ms and 30 MB of each start.
 */
export async function compileContract(
  document: ContractDocument,
  allowances: Allowances = {},
): Promise<CompiledContract> {
  const operations = readOperations(document, allowances);
  const malformed = await findMalformed(document);
  let validate: RequestValidator | undefined;
  let unusable: readonly string[] = [];
  // The validator expects a document that is well formed.
  if (malformed.length === 0) {
    try {
      validate = await createRequestValidator(document, operations);
    } catch (error) {
      if (!(error instanceof ContractFault)) throw error;
      unusable = error.findings;
    }
  }
  const schemes = readSecuritySchemes(document);
  return { document, operations, schemes, schemas: createSchemaValidator(document), validate, malformed, unusable };
}

async function findMalformed(document: ContractDocument): Promise<readonly string[]> {
  if (document.checked) return [];
  const { auditShape } = await import("../audit/shape.ts");
  return auditShape(document);
}
