import type { ContractDocument } from "../document/document.ts";
import type { Operation, SecurityScheme } from "../document/operation.ts";
import type { ProblemTypeMembers, RaisedProblem } from "../document/problem-types.ts";
import type { SchemaValidator } from "../response/schema-validator.ts";

/** The subject of the audit: the document, and all that is there to serve it. */
export interface Subject {
  readonly document: ContractDocument;
  readonly operations: readonly Operation[];
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  readonly schemas: SchemaValidator;
  readonly handlers: Readonly<Record<string, unknown>>;
  readonly authenticators: Readonly<Record<string, unknown>>;
  /** The scopes that exist; the document may name no other. */
  readonly scopes: ReadonlySet<string>;
  /** The authentication contexts that exist, by name; the document may name no other. */
  readonly authenticationContexts?: ReadonlyMap<string, unknown> | undefined;
  /** What keeps answers for `Idempotency-Key`; undefined when nothing does. */
  readonly idempotency?: unknown;
  /** The media types in which problems can be written. */
  readonly problemMediaTypes: ReadonlySet<string>;
  /** Whether an error may leave that its operation does not declare; `refuse` if left out. */
  readonly undeclaredErrors?: "refuse" | "send" | undefined;
  readonly problemTypeMembers?: ProblemTypeMembers;
  /** The longest header section of a request that the server reads, in bytes; undefined when it does not say. */
  readonly maxHeaderBytes?: number;
  /** Every problem that the application raises; undefined when it does not say. */
  readonly problems?: readonly RaisedProblem[];
}
