import type { Context } from "koa";
import type { Operation } from "../document/operation.ts";
import type { ParsedContent } from "./content.ts";
import { compileParameters } from "./parameters.ts";
import type { RequestValidator } from "./validator.ts";
import { invalidRequest } from "./violation.ts";

/** The parts of a valid request, coerced to the types of their schemas, with defaults filled in. */
export interface ValidParts {
  readonly query: object;
  readonly path: object;
  readonly header: object;
  readonly cookie: object;
  readonly body: unknown;
}

/** Holds parameters and content to what the operation declares. Throws one 400 that lists all violations. */
export function compileValidation(
  operation: Operation,
  validate: RequestValidator,
): (ctx: Context, content: ParsedContent) => Promise<ValidParts> {
  const readParameters = compileParameters(operation);
  const nothingDeclared = operation.parameters.length === 0 && operation.requestContent === undefined;

  return async (ctx, { mediaType, body }) => {
    const { query, params, headers, cookies, violations } = readParameters(ctx, ctx.params);
    if (violations.length > 0) throw invalidRequest(violations);
    if (!nothingDeclared) {
      const found = await validate(operation, { query, params, headers, cookies, mediaType, body });
      if (found.length > 0) throw invalidRequest(found);
    }
    return { query, path: params, header: headers, cookie: cookies, body };
  };
}
