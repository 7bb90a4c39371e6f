import { type KeyCopy, prepareKeyCopy } from "../keys/key-copy.ts";
import { openDatabase } from "../open-database.ts";
import { parseLocation } from "../postgresql/location.ts";
import { DatabaseUnavailable } from "../sqlite/errors.ts";
import { Source } from "../sqlite/source.ts";
import { type MovedTable, moveDatabase, type Progress } from "./move.ts";
import { tableNames } from "./table.ts";

/** A move that is done. */
export interface Move {
  /** The target for people: without user and password. */
  readonly name: string;
  readonly tables: readonly MovedTable[];
  /** The tables of the file that are not Kudos' own, and stay behind. */
  readonly left: readonly string[];
  /** The default key file of the target, and whether it had the keys before; null where the keys are elsewhere. */
  readonly key: { readonly path: string; readonly there: boolean } | null;
}

/**
 * Moves a SQLite file that is up to date and closed to a PostgreSQL database, which is made up to date if it is empty. The file stays as it
 * is, and no other process can open it meanwhile.
 *
 * @param keyFile the default key file of the source, which has to be copied; null where the settings say where the keys are
 * @throws {DatabaseUnavailable | SecretKeyUnavailable} with no row moved
 */
export async function moveFile({
  path,
  url,
  keyFile,
  progress,
}: {
  path: string;
  url: string;
  keyFile: string | null;
  progress: Progress;
}): Promise<Move> {
  const { uri, name, path: place } = parseLocation(url);
  const key = { path: `${place}.key`, there: false };
  const source = new Source(path);
  try {
    const tables = await prepare(url);
    const copy: KeyCopy | null = keyFile === null ? null : await prepareKeyCopy(keyFile, key.path);
    const beforeCommit = async () => copy?.place();
    return {
      name,
      tables: await moveDatabase({ source, uri, name, tables, progress, beforeCommit }),
      left: source.tables().filter((table) => !tables.includes(table)),
      key: copy && { ...key, there: copy.there },
    };
  } finally {
    source.close();
  }
}

/** Migrates an empty target; the names of the tables that move. */
async function prepare(url: string): Promise<string[]> {
  const target = await openDatabase({ url, sampleData: false });
  try {
    if (target.fresh) await target.migrate();
    else if ((await target.applied()) < target.migrations) {
      throw new DatabaseUnavailable(
        `database ${target.name} is not up to date; run kudos migrate with it as DATABASE_URL first`,
      );
    }
    return tableNames(target.orm);
  } finally {
    await target.close();
  }
}
