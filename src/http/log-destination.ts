import { write, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** Where the lines of a log go. */
export interface LogDestination {
  /** Takes one line, with its line break. Never throws and never waits. */
  write(line: string): void;
  /** Writes what waits, as far as that is done within a second, and says on standard error what was dropped. */
  close(): Promise<void>;
}

export interface LogDestinationOptions {
  /** The file descriptor; standard output when left out. */
  readonly descriptor?: number;
  /** Takes a sentence for the operator. */
  readonly say?: (sentence: string) => void;
}

/** Lines are written together: one by one, writing costs a request about an eighth of its time. */
const TOGETHER = 32_768;
const TOGETHER_MS = 100;
/** The most characters that wait for a reader; lines beyond are dropped. */
const MOST_WAITING = 1_000_000;
/** The time between two tries to write into a pipe that is full, and the longest time that the end of the process waits for it. */
const AGAIN_MS = 100;
const LAST_MS = 1_000;

const LINE_BREAK = 10;
const writeBytes = promisify(write);

/**
 * Makes a destination that outlives every failure. While the descriptor cannot be written to, such as on a full disk, or nobody reads the
 * pipe, lines are dropped and counted; the first failure is said on standard error, and the log tells the count once it goes on.
 */
export function createLogDestination({
  descriptor = 1,
  say = (sentence) => void process.stderr.write(`kudos: ${sentence}\n`),
}: LogDestinationOptions = {}): LogDestination {
  // Touching the stream makes a pipe non-blocking, so that a write into a full one fails with EAGAIN and holds up no thread.
  if (descriptor === 1) void process.stdout;
  let text = "";
  // The lines in `text`, those in a write that is under way, and those that are lost.
  let [lines, leaving, dropped] = [0, 0, 0];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let failing = false;
  let torn = false;
  let last = false;

  const fail = (reason: string): void => {
    if (!failing) say(`the log cannot be written (${reason}); its lines are dropped until it can`);
    failing = true;
  };

  /** Resolves to whether all bytes are written. */
  const writeAll = async (bytes: Buffer): Promise<boolean> => {
    for (let written = 0; written < bytes.length; ) {
      // After the end the descriptor may be another file's.
      if (last) return false;
      try {
        written += (await writeBytes(descriptor, bytes, written)).bytesWritten;
        torn = bytes[written - 1] !== LINE_BREAK;
      } catch (error) {
        const { code = "error" } = error as NodeJS.ErrnoException;
        if (code !== "EAGAIN") {
          dropped += leaving;
          fail(code);
          return false;
        }
        await sleep(AGAIN_MS, undefined, { ref: false });
      }
    }
    return true;
  };

  const writeWaiting = async (): Promise<void> => {
    while (text !== "") {
      // The rest of a line that was cut off is lost: the next one gets a line of its own.
      const bytes = Buffer.from((torn ? "\n" : "") + text);
      [text, leaving, lines] = ["", lines, 0];
      const written = await writeAll(bytes);
      if (last) return;
      leaving = 0;
      // With all that has waited written, the failure is over.
      if (!written || text !== "") continue;
      failing = false;
      if (dropped > 0)
        text = `{"level":40,"time":"${new Date().toISOString()}","lines":${dropped},"msg":"log lines dropped"}\n`;
      dropped = 0;
    }
  };

  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing ??= writeWaiting().finally(() => {
      writing = undefined;
    });
    return writing;
  };

  /** The last chance of a process that ends without `close`, such as by an error: one try. */
  const atExit = (): void => {
    try {
      writeSync(descriptor, text);
    } catch {
      // Nobody is left who could be told.
    }
  };
  process.once("exit", atExit);

  return {
    write: (line) => {
      if (text.length + line.length > MOST_WAITING) {
        dropped += 1;
        return fail("nobody reads it");
      }
      text += line;
      lines += 1;
      if (text.length >= TOGETHER) void flush();
      else timer ??= setTimeout(flush, TOGETHER_MS).unref();
    },
    close: async () => {
      const deadline = new AbortController();
      const late = sleep(LAST_MS, undefined, { signal: deadline.signal }).catch(() => undefined);
      await Promise.race([flush().then(flush), late]);
      deadline.abort();
      process.off("exit", atExit);
      last = true;
      const lost = dropped + leaving + lines;
      if (lost > 0) say(`${lost} lines of the log could not be written`);
    },
  };
}
