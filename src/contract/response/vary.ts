import type { Context } from "koa";
import { takesPrefer } from "../declared/prefer.ts";
import type { Operation, SecurityScheme } from "../document/operation.ts";
import { credentialFields } from "../security/credential-reader.ts";
import { isCoded } from "./content-coding.ts";
import { isNegotiated } from "./negotiation.ts";

/** Adds to `Vary`. Without a field of an earlier stage there is nothing to join: `ctx.vary` parses and compares both lists. */
export function addVary(ctx: Context, fields: string): void {
  if (ctx.res.hasHeader("Vary")) ctx.vary(fields);
  else ctx.res.setHeader("Vary", fields);
}

/** The parts of a request on which the answers of an operation depend (`Vary`, RFC 9110 §12.5.5). */
export function varyOf(operation: Operation, schemes: ReadonlyMap<string, SecurityScheme>): string[] {
  return [
    ...credentialFields(operation, schemes),
    ...(isNegotiated(operation) ? ["Accept"] : []),
    ...(isCoded(operation) ? ["Accept-Encoding"] : []),
    ...(takesPrefer(operation) ? ["Prefer"] : []),
  ];
}
