import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { generateSecretKey, parseSecretKeys, type SecretKeys } from "../../domain/secrets/secret-keys.ts";
import { isPostgreSql } from "../postgresql/location.ts";
import { IN_MEMORY } from "../sqlite/location.ts";
import { createFile } from "./atomic-file.ts";

/** There is no usable secret key. The message is one line: which file or setting, and what to do; it shows no part of a key. */
export class SecretKeyUnavailable extends Error {
  override readonly name = "SecretKeyUnavailable";
}

/** The secret keys and their source. */
export interface LoadedSecretKeys {
  readonly keys: SecretKeys;
  /** The file that they were read from; null when they came from the setting, or live in memory only. */
  readonly path: string | null;
  /** Whether this start made the file. */
  readonly created: boolean;
  /** Whether other users of the machine than the owner can read the file, which is worth a warning. */
  readonly exposed: boolean;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function parse(source: string, text: string): SecretKeys {
  try {
    return parseSecretKeys(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    throw new SecretKeyUnavailable(`${source}: ${reason}; a key is 32 random bytes in base64url`, { cause: error });
  }
}

/**
 * Makes a key file with one new key.
 *
 * @param folder to make first, where it is missing
 * @returns false when another process has just made one
 */
async function create(path: string, folder: string | undefined): Promise<boolean> {
  try {
    if (folder !== undefined) await mkdir(folder, { recursive: true });
    await createFile(path, `${generateSecretKey()}\n`);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw new SecretKeyUnavailable(
      `the key file ${path} cannot be made; give this user the right to, or set SECRET_KEY`,
      { cause: error },
    );
  }
}

async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw new SecretKeyUnavailable(
      `the key file ${path} cannot be read; give this user the right to, or set SECRET_KEY`,
      {
        cause: error,
      },
    );
  }
}

/**
 * The keys of a key file.
 *
 * @throws {SecretKeyUnavailable} when the file is missing, cannot be read or holds no valid key
 */
export async function readSecretKeys(path: string): Promise<SecretKeys> {
  return parse(`the key file ${path}`, (await read(path)) ?? "");
}

/**
 * Finds the secret keys: the text of `secretKey` if there is one, else the file, by default beside the database and named after it.
 * A missing file is made, with mode 0600, only for a database that holds nothing yet: another key would make every token of the
 * database useless; and with it the folder, where no setting names that. For a database in memory without a file, the key stays in
 * memory too.
 *
 * @param databaseUrl of a database on a server
 * @param fresh whether the database holds nothing yet
 * @throws {SecretKeyUnavailable}
 */
export async function loadSecretKeys({
  secretKey,
  secretKeyFile,
  databaseUrl = "",
  databasePath,
  fresh,
}: {
  secretKey?: string | undefined;
  secretKeyFile?: string | undefined;
  databaseUrl?: string;
  databasePath: string;
  fresh: boolean;
}): Promise<LoadedSecretKeys> {
  const elsewhere = { path: null, created: false, exposed: false };
  if (secretKey !== undefined) return { keys: parse("SECRET_KEY", secretKey), ...elsewhere };
  if (secretKeyFile === undefined && databasePath === IN_MEMORY) {
    return { keys: parseSecretKeys(generateSecretKey()), ...elsewhere };
  }
  const path = secretKeyFile ?? `${databasePath}.key`;
  const existing = await read(path);
  if (existing === null && !fresh) {
    throw new SecretKeyUnavailable(
      `the key file ${path} of database ${databasePath} is missing; restore it, or set SECRET_KEY`,
    );
  }
  // A folder that a setting names has to be there, since it may be misspelt; a database on a server names none.
  const isUnnamed = secretKeyFile === undefined && isPostgreSql(databaseUrl);
  const created = existing === null && (await create(path, isUnnamed ? dirname(path) : undefined));
  const keys = await readSecretKeys(path);
  const { mode } = await stat(path);
  return { keys, path, created, exposed: (mode & 0o077) !== 0 };
}
