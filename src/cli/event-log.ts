import { stderr } from "node:process";
import { pino } from "pino";
import type { AuditEvent } from "../domain/audit-trail/event.ts";

/**
 * What writes events as lines of the server's log to standard error; nothing at a terminal, where the command's answer tells it all.
 *
 * @param level the least level of what is logged
 */
export function eventLog(level: string): ((event: AuditEvent) => void) | undefined {
  if (stderr.isTTY) return undefined;
  // At once: the process ends when its work does.
  const lines = pino.destination({ dest: stderr.fd, sync: true });
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, lines);
  return (event) => logger.info({ event }, "event");
}
