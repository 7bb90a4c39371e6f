import { setTimeout as sleep } from "node:timers/promises";
import pg, { type Client } from "pg";
import type { Column, Table, Value } from "../move/table.ts";
import { DatabaseUnavailable } from "../sqlite/errors.ts";
import { describeTable, foreignKeys } from "./catalog.ts";
import { explainMove } from "./errors.ts";
import { ALONE_LOCK } from "./open.ts";
import { connectionSettings } from "./pool.ts";

/** The rows that are fetched at once. */
const FETCHED = 5_000;

/** How long other processes are waited for that are just ending, in milliseconds. */
const WAIT_MS = 5_000;

/** A database on a PostgreSQL server that another one moves into: one connection, and one transaction that is there whole or not at all. */
export interface Target {
  readonly tables: readonly Table[];
  count(table: Table): Promise<number>;
  /** The rows of a table in the order of their keys; texts compare by their bytes. */
  rows(table: Table): AsyncGenerator<Value[]>;
  /** Empties the tables, and takes their foreign keys away until `complete`: rows may come in any order. */
  empty(): Promise<void>;
  insert(table: Table, rows: readonly (readonly Value[])[]): Promise<void>;
  /** Lets a table give higher ids than this one only. Nothing for a table that gives none. */
  raiseId(table: Table, highest: number): Promise<void>;
  /** Makes the foreign keys again, which holds all rows to them. */
  complete(): Promise<void>;
  commit(): Promise<void>;
  /** Ends the connection; what is not committed is as it was. */
  close(): Promise<void>;
}

/**
 * Begins to move into a migrated database: nobody else reads, writes or migrates it until the end.
 *
 * @param name of the database, for people
 * @throws {DatabaseUnavailable} when others use it, or it does not answer; its functions do so, too
 */
export async function openTarget(uri: string, name: string, tableNames: readonly string[]): Promise<Target> {
  const client: Client = new pg.Client({
    ...connectionSettings(uri),
    application_name: "kudos migrate --to",
    keepAliveInitialDelayMillis: 10_000,
  });
  // The error of a lost connection reaches the statement that is under way; without a listener the event would end the process.
  client.on("error", () => {});
  const run = async <Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> => {
    try {
      return (await client.query(sql, [...values])).rows as Row[];
    } catch (error) {
      throw explainMove(error, name);
    }
  };
  const close = () => client.end().catch(() => {});
  try {
    await client.connect().catch((error: unknown) => {
      throw explainMove(error, name);
    });
    // Settings of the server or the user are for the statements of a website.
    await run(`set lock_timeout = ${WAIT_MS}; set statement_timeout = 0; set idle_in_transaction_session_timeout = 0`);
    await run("select pg_advisory_lock($1)", [ALONE_LOCK]);
    await requireNobodyElse(run, name);
    await run("begin");
    const tables: Table[] = [];
    for (const table of tableNames) tables.push(await describeTable(client, table));
    await run(`lock table ${tables.map((table) => quoted(table.name)).join()} in access exclusive mode`);
    const keys = await foreignKeys(client, tables);
    return {
      tables,
      count: async (table) =>
        Number((await run<{ rows: number }>(`select count(*) as rows from ${quoted(table.name)}`))[0]?.rows),
      rows: (table) => rowsOf(client, name, table),
      empty: async () => {
        for (const { drop } of keys) await run(drop);
        await run(`truncate ${tables.map((table) => quoted(table.name)).join()}`);
      },
      insert: async (table, rows) => {
        const columns = table.columns.map((column) => quoted(column.name)).join();
        const arrays = table.columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join();
        const values = table.columns.map((column, index) => rows.map((row) => sent(column, row[index] ?? null)));
        await run(`insert into ${quoted(table.name)} (${columns}) select * from unnest(${arrays})`, values);
      },
      raiseId: async ({ name: table, key: [first = ""] }, highest) => {
        const [found] = await run<{ sequence: string | null }>("select pg_get_serial_sequence($1, $2) as sequence", [
          quoted(table),
          first,
        ]);
        // Unlike setval, this is taken back with the transaction.
        if (found?.sequence) await run(`alter sequence ${found.sequence} restart with ${highest + 1}`);
      },
      complete: async () => {
        for (const { add } of keys) await run(add);
      },
      commit: async () => {
        await run("commit");
        // The planner knows nothing of the new rows, for minutes else. What is moved is moved without, too.
        await run("analyze").catch(() => {});
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Run = <Row>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

/** Refuses a database that other processes of Kudos use, as far as this user may know. */
async function requireNobodyElse(run: Run, name: string): Promise<void> {
  for (const deadline = performance.now() + WAIT_MS; ; await sleep(50)) {
    const others = await run(
      "select 1 from pg_stat_activity where datname = current_database() and application_name = 'kudos' and pid <> pg_backend_pid()",
    );
    if (others.length === 0) return;
    if (performance.now() > deadline) {
      throw new DatabaseUnavailable(`database ${name} is in use by another process of Kudos; stop its servers first`);
    }
  }
}

async function* rowsOf(client: Client, name: string, { name: table, columns, key }: Table): AsyncGenerator<Value[]> {
  const order = key.map((part) => {
    const isText = columns.find((column) => column.name === part)?.kind === "text";
    return `${quoted(part)}${isText ? ' collate "C"' : ""}`;
  });
  const selected = columns.map((column) => quoted(column.name)).join();
  try {
    await client.query(`declare moved cursor for select ${selected} from ${quoted(table)} order by ${order.join()}`);
    for (;;) {
      const { rows } = await client.query<unknown[]>({ text: `fetch ${FETCHED} from moved`, rowMode: "array" });
      for (const row of rows) yield row.map((value) => (value instanceof Date ? value.getTime() : (value as Value)));
      if (rows.length < FETCHED) break;
    }
    await client.query("close moved");
  } catch (error) {
    throw explainMove(error, name);
  }
}

/** A value as the server reads it. */
function sent({ kind }: Column, value: Value): Value {
  return kind === "time" && typeof value === "number" ? new Date(value).toISOString() : value;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
