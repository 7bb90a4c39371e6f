import { fstatSync, writeSync } from "node:fs";
import { Refusal } from "../explain.ts";

/**
 * Prints to standard output. Resolves to the exit code of success, also when a reader has closed its end early, as in
 * `kudos users list | head`.
 *
 * @throws {Refusal} when standard output cannot be written, such as on a full disk
 */
export async function print(text: string): Promise<number> {
  try {
    await writeWhole(Buffer.from(text));
    return 0;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EPIPE") return 0;
    throw new Refusal(`standard output cannot be written (${code}); the work itself is done`, { cause: error });
  }
}

/** Writes all bytes. The stream of a file would take a write that a full disk cuts short for a whole one. */
async function writeWhole(bytes: Buffer): Promise<void> {
  const { fd } = process.stdout;
  if (fstatSync(fd).isFile()) {
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
    return;
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  await promise;
}
