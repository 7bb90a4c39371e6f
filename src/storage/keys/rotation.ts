import { randomUUID } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { generateSecretKey, parseSecretKeys, type SecretKeys } from "../../domain/secrets/secret-keys.ts";
import { loadSecretKeys, SecretKeyUnavailable } from "./key-file.ts";

/** What a key file holds after a new key was put first. */
export interface RotatedSecretKeys {
  readonly keys: SecretKeys;
  readonly path: string;
}

/**
 * Puts a new key before those of the key file: it signs from the next start on, and all of them verify, so that nobody is signed
 * out. The file is replaced whole, with mode 0600 and its owner. Two that rotate one file at once must take turns.
 *
 * @throws {SecretKeyUnavailable} having changed nothing
 */
export async function rotateSecretKeys(options: {
  secretKeyFile?: string | undefined;
  databasePath: string;
}): Promise<RotatedSecretKeys> {
  const { keys: current, path: named } = await loadSecretKeys({ ...options, fresh: false });
  if (named === null) throw new SecretKeyUnavailable("a database in memory has no key file");
  const older = current.map(({ key }) => key.export().toString("base64url"));
  const text = [generateSecretKey(), ...older].join("\n");
  try {
    // What a symbolic link leads to is replaced, not the link.
    const path = await realpath(named);
    await replace(path, `${text}\n`);
    return { keys: parseSecretKeys(text), path };
  } catch (error) {
    throw new SecretKeyUnavailable(`the key file ${named} cannot be replaced; run this as its owner`, { cause: error });
  }
}

async function replace(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  const { uid, gid } = await stat(path);
  try {
    const handle = await open(aside, "wx", 0o600);
    try {
      // The server may run as somebody else than the operator, and must go on reading it.
      await handle.chown(uid, gid);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, path);
    const folder = await open(dirname(path), "r");
    await folder.sync().finally(() => folder.close());
  } finally {
    await rm(aside, { force: true });
  }
}
