import { realpath, stat } from "node:fs/promises";
import { generateSecretKey, parseSecretKeys, type SecretKeys } from "../../domain/secrets/secret-keys.ts";
import { replaceFile } from "./atomic-file.ts";
import { loadSecretKeys, SecretKeyUnavailable } from "./key-file.ts";

/** The keys of a key file after a new one was put first. */
export interface RotatedSecretKeys {
  readonly keys: SecretKeys;
  /** The file itself, where the path in the settings is a symbolic link to it. */
  readonly path: string;
}

/**
 * Puts a new key before those of the key file: it signs from the next start of a server on, and the older keys go on verifying, so
 * that no user is signed out. The file is replaced whole, with mode 0600 and the same owner. Processes that rotate one file must take
 * turns: of two at once, one new key would be lost.
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
    const path = await realpath(named);
    // The same owner: the server may run as another user than the operator, and must go on reading the file.
    await replaceFile(path, `${text}\n`, await stat(path));
    return { keys: parseSecretKeys(text), path };
  } catch (error) {
    throw new SecretKeyUnavailable(`the key file ${named} cannot be replaced; run this as its owner`, { cause: error });
  }
}
