import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { backUpDatabase } from "../../storage/backup/backup.ts";
import { restoreDatabase } from "../../storage/backup/restore.ts";
import { loadSecretKeys } from "../../storage/keys/key-file.ts";
import { isPostgreSql } from "../../storage/postgresql/location.ts";
import { IN_MEMORY, parseDatabaseUrl } from "../../storage/sqlite/location.ts";
import type { Call, Output } from "../command.ts";
import { Refusal } from "../explain.ts";
import { withDatabaseOfAnyVersion } from "../open-database.ts";

/** `kudos backup`: see commands.ts. */
export function backUp({ settings, operands: [file] }: Call<readonly ["FILE"]>): Promise<Output> {
  refuseServer(settings);
  return withDatabaseOfAnyVersion(settings, async ({ database: { fresh, path } }) => {
    if (fresh) throw new Refusal(`there is no database at ${path} yet, so that there is nothing to copy`);
    const { path: keyFile } = await loadSecretKeys({ ...settings, databasePath: path, fresh });
    const copy = resolve(file);
    await backUpDatabase(path, copy, keyFile === null ? null : await readFile(keyFile, "utf8"));
    const keys = keyFile === null ? "The keys come from SECRET_KEY and are not in it." : `Its keys are in ${copy}.key.`;
    return {
      json: { database: path, file: copy, key_file: keyFile === null ? null : `${copy}.key` },
      text: `${copy} is a whole copy of ${path}. ${keys}\nkudos restore ${file} puts it back; its --help tells what that brings back.`,
    };
  });
}

/** `kudos restore`: see commands.ts. */
export async function restore({ settings, operands: [file], options }: Call<readonly ["FILE"]>): Promise<Output> {
  refuseServer(settings);
  const path = parseDatabaseUrl(settings.databaseUrl);
  if (path === IN_MEMORY)
    throw new Refusal("a database in memory has no place for a backup; choose another DATABASE_URL");
  const keyPath = settings.secretKey === undefined ? resolve(settings.secretKeyFile ?? `${path}.key`) : null;
  const keepAccess = options["keep-access"] === true;
  const backup = resolve(file);
  const moved = await restoreDatabase({ file: backup, path, keyPath, keepAccess, now: new Date() });
  const access = keepAccess
    ? "Its tokens and sessions work, also those that were ended since."
    : "No token and no session works any more; all users sign in again.";
  const before = moved.length === 0 ? "" : `\nWhat was there before:${moved.map((name) => `\n  ${name}`).join("")}`;
  return {
    json: {
      database: path,
      file: backup,
      key_file: keyPath,
      access: keepAccess ? "kept" : "ended",
      moved_aside: moved,
    },
    text: `${path} is ${backup} now. ${access}${before}`,
  };
}

/**
 * Refuses a database that has means of its own to be copied.
 *
 * @throws {Refusal}
 */
function refuseServer({ databaseUrl }: Call["settings"]): void {
  if (!isPostgreSql(databaseUrl)) return;
  throw new Refusal(
    "PostgreSQL is copied by pg_dump and put back by pg_restore; then run kudos users reset-all-access, and keep the key file, too",
  );
}
