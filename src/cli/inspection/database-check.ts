import { existsSync } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { SIGNED_PREFIX } from "../../domain/passwords/flask-security-hash.ts";
import { countPasswordHashes } from "../../domain/users/user-repository.ts";
import type { Settings } from "../../settings.ts";
import { type Database, LOG_MISSING } from "../../storage/database.ts";
import { openDatabase } from "../../storage/open-database.ts";
import { isPostgreSql } from "../../storage/postgresql/location.ts";
import type { Run } from "../../storage/sqlite/backend.ts";
import { DatabaseUnavailable, explainDatabaseError } from "../../storage/sqlite/errors.ts";
import { IN_MEMORY, parseDatabaseUrl } from "../../storage/sqlite/location.ts";
import { countAppliedMigrations, migrations } from "../../storage/sqlite/migrations.ts";
import { doubtful, type Finding, well, wrong, wrongBy } from "./finding.ts";
import { checkServerDatabase, type Readable } from "./server-database-check.ts";

/** Room that a database needs to work for a while, in bytes. */
const LEAST_ROOM = 100_000_000;

/**
 * Looks at the database of the settings without changing it, also while servers run on it; then has `more` read it, if it is up to date.
 *
 * @returns what both found; never rejects for what is wrong with the database
 */
export async function checkDatabase(
  settings: Settings,
  more: (database: Readable) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  if (isPostgreSql(settings.databaseUrl)) return checkServerDatabase(settings, more);
  let path = settings.databaseUrl;
  try {
    path = parseDatabaseUrl(settings.databaseUrl);
    if (path === IN_MEMORY) return [inMemory(settings)];
    if (!existsSync(path)) {
      const cure = "kudos migrate or a start makes it; or correct DATABASE_URL";
      return [wrong("database", `there is none at ${path}`, cure)];
    }
    const database = await openDatabase({ url: settings.databaseUrl, thorough: true });
    try {
      return await inspect(database, settings, more);
    } finally {
      await database.close();
    }
  } catch (error) {
    const explained = explainDatabaseError(error, path, "DATABASE_URL");
    if (explained instanceof DatabaseUnavailable) return [wrongBy("database", explained)];
    throw error;
  }
}

function inMemory({ production }: Settings): Finding {
  const message = "it is in memory, and forgets everything at the end of its process";
  return production ? doubtful("database", message, "DATABASE_URL=sqlite:/path/to/file") : well("database", message);
}

async function inspect(
  database: Database,
  { flaskSecuritySalt }: Settings,
  more: (database: Readable) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const { orm, path } = database;
  const connection = orm.em.getConnection();
  const run: Run = (sql) => connection.execute(sql);
  const applied = await countAppliedMigrations(run, path);
  if (applied < migrations.length) {
    const message = `${path} is not up to date: ${applied} of ${migrations.length} migrations`;
    return [wrong("database", message, "stop its servers and run kudos migrate, or start this version")];
  }
  const found = [
    ...(database.log === "missing" ? [wrongBy("database", new Error(LOG_MISSING))] : []),
    ...(await checkContent(run, path)),
    ...(await checkPlace(path, await sizeOf(run))),
  ];
  if (flaskSecuritySalt === undefined) {
    const users = await countPasswordHashes(orm.em.fork(), SIGNED_PREFIX);
    const cure = "set it to that system's SECURITY_PASSWORD_SALT";
    const message = `${users} imported passwords are wrong while FLASK_SECURITY_PASSWORD_SALT is not set`;
    if (users > 0) found.push(wrong("database", message, cure));
  }
  const size = await sizeOf(run);
  if (found.length === 0) found.push(well("database", `${path} is up to date and sound, with ${megabytes(size)}`));
  return [...found, ...(await more(database))];
}

/** The bytes of the database, also of what is only in its log yet. */
async function sizeOf(run: Run): Promise<number> {
  const [count] = await run("pragma page_count");
  const [size] = await run("pragma page_size");
  return Number(count?.page_count) * Number(size?.page_size);
}

/** Reads the pages through (https://sqlite.org/pragma.html#pragma_quick_check), a second for each 200 MB or so. */
async function checkContent(run: Run, path: string): Promise<Finding[]> {
  const [result] = await run("pragma quick_check(1)");
  if (result?.quick_check === "ok") return [];
  const cure = "stop the servers, and put the last backup in its place by kudos restore";
  return [wrong("database", `${path} is damaged (${String(result?.quick_check)})`, cure)];
}

async function checkPlace(path: string, size: number): Promise<Finding[]> {
  const found: Finding[] = [];
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    const message = `other users of this machine can open ${path}, which has addresses and hashes of passwords`;
    found.push(wrong("database", message, `chmod 600 ${path}`));
  }
  const { bavail, bsize } = await statfs(dirname(path));
  const room = bavail * bsize;
  const message = `${megabytes(room)} are left on the disk of ${path}`;
  if (room < LEAST_ROOM) found.push(wrong("database", message, "free some room, before writes fail"));
  else if (room < size) found.push(doubtful("database", `${message}: a backup would not fit`, "free some room"));
  return found;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}
