import { ContractFault } from "../document/document.ts";
import type { Operation } from "../document/operation.ts";
import { emptyEnvelope } from "./envelope.ts";
import type { RequestValidator } from "./express-request.ts";
import { partsWithBody } from "./express-request.ts";

/**
 * Compiles the package's validators of all operations, for a document that has not been checked. Throws {@link ContractFault} with those
 * that it cannot compile.
 */
export async function primeAll(validator: RequestValidator, operations: readonly Operation[]): Promise<void> {
  const faults = new Set<string>();
  for (const operation of operations) {
    await prime(validator, operation).catch((error: Error) => {
      faults.add(`express-openapi-validator cannot validate ${operation.operationId}: ${error.message}`);
    });
  }
  if (faults.size > 0) throw new ContractFault([...faults]);
}

async function prime(validator: RequestValidator, operation: Operation): Promise<void> {
  const { mediaTypes, required = false } = operation.requestContent ?? {};
  const declared = [...(mediaTypes?.keys() ?? [])];
  for (const mediaType of required ? declared : [...declared, undefined]) {
    const envelope = emptyEnvelope(operation);
    await validator(operation, { ...partsWithBody(mediaType, mediaType && {}), envelope });
  }
}
