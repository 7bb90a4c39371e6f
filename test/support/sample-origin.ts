import type { AuditEvent, Origin } from "../../src/domain/audit-trail/audit-trail.ts";

/** Somebody out there who has proved nothing yet. */
export const stranger: Origin = { actor: "anonymous", address: "192.0.2.7" };

/** The person who runs the program. */
export const operator: Origin = { actor: "cli", address: null };

/** A stranger, and what the log hears of it. */
export function heardStranger(): Origin & { readonly heard: AuditEvent[] } {
  const heard: AuditEvent[] = [];
  return { ...stranger, heard, tell: (event) => heard.push(event) };
}
