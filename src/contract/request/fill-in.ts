import type { ContractDocument } from "../document/document.ts";
import type { Operation } from "../document/operation.ts";
import { compileDefaults, defaultOf, type FillIn } from "../schema/defaults.ts";
import { envelopedOf, keyOf } from "./envelope.ts";
import type { RequestParts } from "./express-request.ts";

/**
 * Compiles a function that fills the declared defaults of an operation into the parts of a request: into its content, and into parameters
 * that are not plain. Those of plain parameters are left to express-openapi-validator, which would fill in only some of the others: none
 * behind a `$ref` or in a branch such as `oneOf`.
 */
export function compileFillIn(document: ContractDocument, operation: Operation): (parts: RequestParts) => void {
  const ofContent = new Map<string, FillIn>();
  for (const [mediaType, schema] of operation.requestContent?.schemas ?? []) {
    const fillIn = compileDefaults(document, schema);
    if (fillIn) ofContent.set(mediaType, fillIn);
  }
  const ofParameters = envelopedOf(operation).flatMap((parameter) => {
    const { schema } = parameter;
    if (!schema) return [];
    const place = parameter.in as "query";
    const preset = defaultOf(document, schema);
    return [{ place, key: keyOf(parameter), preset, fillIn: compileDefaults(document, schema) }];
  });
  return ({ mediaType, body, envelope }) => {
    if (mediaType !== undefined) ofContent.get(mediaType)?.(body);
    if (!envelope) return;
    for (const { place, key, preset, fillIn } of ofParameters) {
      const values = envelope[place];
      if (preset !== undefined && !Object.hasOwn(values, key)) values[key] = structuredClone(preset);
      fillIn?.(values[key]);
    }
  };
}
