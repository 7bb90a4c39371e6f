import { loadSecretKeys } from "../../storage/keys/key-file.ts";
import type { Progress } from "../../storage/move/move.ts";
import { type Move, moveFile } from "../../storage/move/move-file.ts";
import { isPostgreSql } from "../../storage/postgresql/location.ts";
import { type Call, type Output, UsageFault } from "../command.ts";
import { Refusal } from "../explain.ts";
import { withDatabase } from "../open-database.ts";
import { formatTable } from "../terminal/table.ts";

/** The time between two lines about one table, in milliseconds. */
const EVERY_MS = 1_000;

/** `kudos migrate --to`: see database-commands.ts. */
export async function moveDatabase({ settings, options: { to, json } }: Call): Promise<Output> {
  const url = String(to);
  if (!isPostgreSql(url)) throw new UsageFault("migrate moves --to a URL that begins with postgresql: only");
  if (isPostgreSql(settings.databaseUrl))
    throw new Refusal("DATABASE_URL is on PostgreSQL already; a SQLite one moves");
  const began = performance.now();
  const own = await withDatabase(settings, async ({ database: { path } }) => ({
    path,
    keyFile: (await loadSecretKeys({ ...settings, databasePath: path, fresh: false })).path,
  }));
  const moved = await moveFile({
    url,
    path: own.path,
    keyFile: settings.secretKeyFile === undefined ? own.keyFile : null,
    progress: json === true ? () => {} : reportProgress(),
  });
  return describeMove(moved, own, (performance.now() - began) / 1000);
}

/** A function that writes how far a move has come to standard error: a line each second, and when a table is done. */
function reportProgress(): Progress {
  let last = Number.NEGATIVE_INFINITY;
  return (table, phase, done, rows) => {
    const now = performance.now();
    if (done < rows && now - last < EVERY_MS) return;
    last = now;
    process.stderr.write(`${table}: ${done} of ${rows} rows ${phase}\n`);
  };
}

/**
 * The output about a move that is done.
 *
 * @param own the file that has moved, and the file of its keys; null when they come from SECRET_KEY
 */
function describeMove(
  { name, tables, left, key }: Move,
  own: { readonly path: string; readonly keyFile: string | null },
  seconds: number,
): Output {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return {
    json: {
      database: own.path,
      target: name,
      key_file: key?.path ?? own.keyFile,
      seconds: Number(seconds.toFixed(1)),
      tables: tables.map((table) => ({ name: table.name, rows: table.rows, sha256: table.sha256 })),
      left,
    },
    text: [
      formatTable(
        ["TABLE", "ROWS", "SHA-256"],
        tables.map((table) => [table.name, String(table.rows), table.sha256.slice(0, 16)]),
      ),
      `${rows} rows of ${tables.length} tables are in ${name} now: read back, each table has as many rows and the same digest as in ${own.path}.`,
      ...(left.length > 0 ? [`Not Kudos' own, and left behind: ${left.join(", ")}.`] : []),
      keyLine(key, own.keyFile),
      `It took ${seconds.toFixed(1)} s. Start with that DATABASE_URL from now on; ${own.path} is as it was, and no server may go on with it.`,
    ].join("\n"),
  };
}

function keyLine(key: Move["key"], keyFile: string | null): string {
  if (keyFile === null) return "The keys come from SECRET_KEY: start the new servers with the same.";
  if (key === null) return `The keys are in ${keyFile}: start the new servers with SECRET_KEY_FILE=${keyFile}.`;
  const copied = key.there ? `The keys were in ${key.path} already` : `The keys were copied to ${key.path}`;
  return `${copied}, where a server that starts in this folder finds them; for one elsewhere set SECRET_KEY_FILE.`;
}
