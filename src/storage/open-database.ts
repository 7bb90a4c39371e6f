import type { Database, OpenOptions } from "./database.ts";
import { isPostgreSql } from "./postgresql/location.ts";
import { openFile } from "./sqlite/open.ts";

/**
 * Opens the database that a URL names, and refuses one of another program or of a newer version. A missing file is made by `migrate`
 * only, so that a start that fails leaves nothing behind.
 *
 * @throws {DatabaseUnavailable}
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  if (!isPostgreSql(options.url)) return openFile(options);
  // Loaded late: who has a file needs no client of a server.
  const { openServer } = await import("./postgresql/open.ts");
  return openServer(options);
}
