import type { ContractDocument } from "../document/document.ts";
import type { Operation } from "../document/operation.ts";
import { type DeclaredProblems, type ProblemTypeMembers, readProblems } from "../document/problem-types.ts";
import { isJson } from "./response.ts";
import type { SchemaValidator } from "./schema-validator.ts";

/** The errors that an operation declares. */
export interface DeclaredErrors {
  /** The problems of each status. */
  readonly problems: ReadonlyMap<number, DeclaredProblems>;
  /** Whether problems of other statuses may leave. */
  readonly othersMayLeave: boolean;
  /** May a problem of this type leave with a status that is declared? */
  readonly permits: (status: number, declared: DeclaredProblems, type: string) => boolean;
  /** Is the written problem what the operation declares for this status, or may it be another? */
  readonly fits: (status: number, mediaType: string, content: string) => boolean;
}

/** What the fate of errors depends on. */
interface Runtime {
  readonly document: ContractDocument;
  readonly schemas: SchemaValidator;
  readonly problemTypeMembers?: ProblemTypeMembers;
  readonly undeclaredErrors?: "refuse" | "send" | undefined;
  readonly responseValidation: "fail" | "log" | object;
  readonly onUndeclared: (operationId: string, reason: string) => void;
}

/** The errors that an operation declares. A problem of another type is told of like any answer that the contract does not declare. */
export function declaredErrorsOf(operation: Operation, runtime: Runtime): DeclaredErrors {
  const { document, schemas, problemTypeMembers, onUndeclared } = runtime;
  const othersMayLeave = runtime.undeclaredErrors === "send";
  return {
    othersMayLeave,
    problems: readProblems(document, operation, problemTypeMembers),
    permits: (status, { types }, type) => {
      if (othersMayLeave || types === undefined || types.has(type)) return true;
      onUndeclared(operation.operationId, `the problem ${type} is not declared for ${status}`);
      return runtime.responseValidation !== "fail";
    },
    // Where every error has to be declared, the start has held the types to each other.
    fits: (status, mediaType, content) => {
      const schema = othersMayLeave ? operation.responses.get(status)?.mediaTypes.get(mediaType) : undefined;
      return schema === undefined || !isJson(mediaType) || schemas.check(schema, JSON.parse(content)) === undefined;
    },
  };
}
