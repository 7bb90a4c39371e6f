import type { Occasion } from "../../src/domain/audit-trail/audit-trail.ts";
import type { AuditEvent } from "../../src/domain/audit-trail/event.ts";

/** A client that has not authenticated, in an occasion that still needs its time. */
export const stranger: Omit<Occasion, "now"> = { actor: "anonymous", address: "192.0.2.7", changed: () => {} };

/** The operator at the command line, in an occasion that still needs its time. */
export const operator: Omit<Occasion, "now"> = { actor: "cli", address: null, changed: () => {} };

/** An occasion of a stranger, and the events that its log was told of. */
export function heardStranger(now: Date): Occasion & { readonly heard: AuditEvent[] } {
  const heard: AuditEvent[] = [];
  return { ...stranger, now, heard, tell: (event) => heard.push(event) };
}
