import { openTarget, type Target } from "../postgresql/target.ts";
import { DatabaseUnavailable } from "../sqlite/errors.ts";
import type { Source } from "../sqlite/source.ts";
import { type Content, contentOf } from "./digest.ts";
import { readRow } from "./row.ts";
import type { Table, Value } from "./table.ts";
import { requireOwnRows } from "./target-rows.ts";

/** The most rows, and about the most characters, that are sent at once. */
const BATCH = { rows: 5_000, characters: 4_000_000 };

/** A table that has moved, as it was read back from the target. */
export interface MovedTable extends Content {
  readonly name: string;
}

/** Called with the rows of a table that have been sent, or read back and compared, so far: at the beginning and the end of each, too. */
export type Progress = (table: string, phase: "sent" | "compared", done: number, rows: number) => void;

export interface MoveOptions {
  readonly source: Source;
  /** The connection URI of the target, which is migrated, and its name for people. */
  readonly uri: string;
  readonly name: string;
  /** The names of the tables that move: those of `tableNames`. */
  readonly tables: readonly string[];
  readonly progress: Progress;
  /** Called once all rows are there and compared, before they are to stay. */
  readonly beforeCommit: () => Promise<void>;
}

/**
 * Moves all rows of a database to a PostgreSQL one, in one transaction: broken off at any moment, the target is as it was before. Each
 * table is read back and compared before the commit. What the target holds already is put there anew if the source has the same.
 *
 * @throws {DatabaseUnavailable} having changed nothing, when the target holds anything else, or cannot hold a value of the source
 */
export async function moveDatabase(options: MoveOptions): Promise<MovedTable[]> {
  const { source, uri, name, progress, beforeCommit } = options;
  const target = await openTarget(uri, name, options.tables);
  try {
    for (const table of target.tables) requireSameColumns(source, table);
    await requireOwnRows(source, target, name);
    await target.empty();
    const moved: MovedTable[] = [];
    for (const table of target.tables) moved.push(await moveTable(source, target, table, progress));
    await target.complete();
    for (const table of moved) await compareTable(target, table, progress);
    await beforeCommit();
    await target.commit();
    return moved;
  } finally {
    await target.close();
  }
}

function requireSameColumns(source: Source, { name, columns }: Table): void {
  const here = source.columns(name).toSorted().join();
  const there = columns
    .map((column) => column.name)
    .toSorted()
    .join();
  if (here !== there)
    throw new DatabaseUnavailable(`table ${name} has the columns ${here || "none"} here and ${there} there`);
}

async function moveTable(source: Source, target: Target, table: Table, progress: Progress): Promise<MovedTable> {
  const rows = source.count(table.name);
  const { add, content } = contentOf();
  const id = table.columns.findIndex(({ name, kind }) => name === table.key[0] && kind === "integer");
  let highest = source.highestId(table.name);
  let sent = 0;
  let sending: Promise<void> = Promise.resolve();
  progress(table.name, "sent", sent, rows);
  for (const batch of batches(rowsOf(source, table))) {
    // The rows of this batch were read while those of the one before are on their way.
    await sending;
    sending = target.insert(table, batch);
    sending.catch(() => {});
    for (const row of batch) {
      add(row);
      highest = Math.max(highest, Number(row[id] ?? 0));
    }
    sent += batch.length;
    progress(table.name, "sent", sent, rows);
  }
  await sending;
  await target.raiseId(table, highest);
  return { name: table.name, ...content() };
}

/** The rows of a table of the source, in the order of their keys. */
function* rowsOf(source: Source, table: Table): Generator<Value[]> {
  const columns = table.columns.map(({ name }) => name);
  for (const row of source.rows(table.name, columns, table.key)) {
    yield readRow(table, row, (column, text) => {
      const key = Object.fromEntries(table.key.map((part) => [part, row[columns.indexOf(part)]]));
      return source.isWhole(table.name, column, key, text);
    });
  }
}

function* batches(rows: Iterable<Value[]>): Generator<Value[][]> {
  let batch: Value[][] = [];
  let characters = 0;
  for (const row of rows) {
    batch.push(row);
    for (const value of row) characters += typeof value === "string" ? value.length : 8;
    if (batch.length < BATCH.rows && characters < BATCH.characters) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}

/** Reads a table back, and refuses it when it is not what was sent. */
async function compareTable(target: Target, { name, rows, sha256 }: MovedTable, progress: Progress): Promise<void> {
  const { add, content } = contentOf();
  const table = target.tables.find((one) => one.name === name);
  let compared = 0;
  progress(name, "compared", 0, rows);
  if (table !== undefined) {
    for await (const row of target.rows(table)) {
      add(row);
      compared += 1;
      if (compared % BATCH.rows === 0 || compared === rows) progress(name, "compared", compared, rows);
    }
  }
  if (content().rows === rows && content().sha256 === sha256) return;
  throw new DatabaseUnavailable(
    `table ${name} is not the same when it is read back (${compared} rows of ${rows}): something in the target has changed it. Nothing was moved`,
  );
}
