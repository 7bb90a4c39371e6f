import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseSecretKeys } from "../../domain/secrets/secret-keys.ts";
import { createFile } from "./atomic-file.ts";
import { readSecretKeys, SecretKeyUnavailable } from "./key-file.ts";

/** A key file that another one is copied to. */
export interface KeyCopy {
  /** Whether the keys are there already, so that nothing has to be copied. */
  readonly there: boolean;
  /** Copies; nothing where the keys are there. */
  place(): Promise<void>;
}

/**
 * Prepares to copy a key file. A file that is there is never replaced.
 *
 * @throws {SecretKeyUnavailable} when the file that is there lacks one of the keys
 */
export async function prepareKeyCopy(from: string, to: string): Promise<KeyCopy> {
  const text = await readFile(from, "utf8");
  const existing = await readFile(to, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw new SecretKeyUnavailable(`the key file ${to} cannot be read; give this user the right to`, { cause: error });
  });
  if (existing === null) return { there: false, place: () => place(text, to) };
  const known = new Set((await readSecretKeys(to)).map(({ id }) => id));
  if (parseSecretKeys(text).every(({ id }) => known.has(id))) return { there: true, place: async () => {} };
  throw new SecretKeyUnavailable(
    `the key file ${to} has other keys than ${from}, without which no token and session works there; move it away, or run both this ` +
      "and the servers with SECRET_KEY_FILE",
  );
}

async function place(text: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true });
    await createFile(to, text);
  } catch (error) {
    throw new SecretKeyUnavailable(`the key file ${to} cannot be made; give this user the right to`, { cause: error });
  }
}
