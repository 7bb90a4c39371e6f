import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../src/storage/database.ts";
import { loadSecretKeys } from "../../src/storage/keys/key-file.ts";
import { openDatabase } from "../../src/storage/open-database.ts";

/** The bytes of a database file and of its key file. */
interface Files {
  readonly database: Buffer;
  readonly key: Buffer;
}

let migrated: Promise<Files> | undefined;

/** Puts a migrated database and its key into a folder, as `kudos migrate` makes them. It is migrated once a process, and then copied. */
export async function placeMigratedDatabase(folder: string): Promise<void> {
  migrated ??= migrateOnce();
  const { database, key } = await migrated;
  const path = databaseIn(folder);
  await Promise.all([writeFile(path, database, { mode: 0o600 }), writeFile(`${path}.key`, key, { mode: 0o600 })]);
}

async function migrateOnce(): Promise<Files> {
  const folder = await mkdtemp(join(tmpdir(), "kudos-migrated-"));
  try {
    const path = databaseIn(folder);
    await withDatabase(`sqlite:${path}`, () => loadSecretKeys({ databasePath: path, fresh: true }));
    return { database: await readFile(path), key: await readFile(`${path}.key`) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Does some work on a database by its URL, which it migrates first, and closes it. */
export async function withDatabase<Result>(
  url: string,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase({ url });
  try {
    await database.migrate();
    return await work(database);
  } finally {
    await database.close();
  }
}

/** The path of the database in a folder. */
export function databaseIn(folder: string): string {
  return join(folder, "kudos.sqlite");
}
