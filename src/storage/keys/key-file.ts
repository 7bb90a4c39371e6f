import { randomUUID } from "node:crypto";
import { link, open, readFile, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { generateSecretKey, parseSecretKeys, type SecretKeys } from "../../domain/secrets/secret-keys.ts";
import { IN_MEMORY } from "../sqlite/location.ts";

/** There is no usable secret key. The message is one line: which file or setting, and what to do; never any of the key. */
export class SecretKeyUnavailable extends Error {
  override readonly name = "SecretKeyUnavailable";
}

/** The keys, and where they came from. */
export interface LoadedSecretKeys {
  readonly keys: SecretKeys;
  /** The file that they were read from; null when they came from the setting, or live in memory only. */
  readonly path: string | null;
  /** Whether this start made the file. */
  readonly created: boolean;
  /** Whether users other than the owner can read the file: worth a warning. */
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

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  await handle.sync().finally(() => handle.close());
}

// Written aside and linked into place: the file is whole or not there, and of two that start at once one makes it.
async function create(path: string): Promise<boolean> {
  const aside = `${path}.${randomUUID()}`;
  try {
    const handle = await open(aside, "wx", 0o600);
    try {
      await handle.writeFile(`${generateSecretKey()}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(aside, path);
    await sync(dirname(path));
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw new SecretKeyUnavailable(
      `the key file ${path} cannot be made; give this user the right to, or set SECRET_KEY`,
      {
        cause: error,
      },
    );
  } finally {
    await rm(aside, { force: true });
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
 * @throws {SecretKeyUnavailable}
 */
export async function readSecretKeys(path: string): Promise<SecretKeys> {
  return parse(`the key file ${path}`, (await read(path)) ?? "");
}

/**
 * Finds the secret keys: the text of `secretKey` if there is one, else the file, by default beside the database and named after it.
 * A missing file is made, with mode 0600, only for a database that holds nothing yet: with another key, every token in it would be
 * dead. For a database in memory without a file, the key stays in memory too.
 *
 * @throws {SecretKeyUnavailable}
 */
export async function loadSecretKeys({
  secretKey,
  secretKeyFile,
  databasePath,
  fresh,
}: {
  secretKey?: string | undefined;
  secretKeyFile?: string | undefined;
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
  const created = existing === null && (await create(path));
  const keys = await readSecretKeys(path);
  const { mode } = await stat(path);
  return { keys, path, created, exposed: (mode & 0o077) !== 0 };
}
