import { pino } from "pino";
import type { AuditEvent } from "../domain/audit-trail/event.ts";

/**
 * A function that writes events to standard error, as lines of the server's log; undefined at a terminal, where the output of the command
 * is enough.
 *
 * @param level the lowest level that is logged; events are of level `info`
 */
export function eventLog(level: string): ((event: AuditEvent) => void) | undefined {
  if (process.stderr.isTTY) return undefined;
  // The stream and not the descriptor: a change that is done must not fail because its event cannot be written there.
  const lines = { write: (line: string) => void process.stderr.write(line) };
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, lines);
  return (event) => logger.info({ event }, "event");
}
