import pg from "pg";
import { explainConnection } from "../postgresql/errors.ts";
import { parseLocation } from "../postgresql/location.ts";
import { connectionSettings } from "../postgresql/pool.ts";
import { DatabaseUnavailable } from "../sqlite/errors.ts";
import type { ForeignDatabase, ForeignRow } from "./database.ts";

/** The numbers of types (`pg_type.oid`) that are not read as the server writes them. */
const BOOLEAN = 16;
const TIMESTAMPTZ = 1184;

/** A value as SQLAlchemy writes it into SQLite, from the text of the server: in UTC a time needs no zone. */
function getTypeParser(oid: number): (text: string) => unknown {
  if (oid === BOOLEAN) return (text) => Number(text === "t");
  if (oid === TIMESTAMPTZ) return (text) => text.replace(/\+00$/, "");
  return (text) => text;
}

/**
 * Opens a PostgreSQL database of another program, in one transaction that only reads.
 *
 * @throws {DatabaseUnavailable} which does not repeat the URL: it can hold a password
 */
export async function openForeignPostgreSql(url: string): Promise<ForeignDatabase> {
  const { uri, name } = location(url);
  const client = new pg.Client({ ...connectionSettings(uri), types: { getTypeParser } });
  client.on("error", () => {});
  const run = async (sql: string, values: readonly unknown[] = []): Promise<ForeignRow[]> =>
    (await client.query(sql, [...values])).rows;
  const explain = (error: unknown) => named(explainConnection(error, name));
  try {
    await client.connect();
    await run("begin isolation level repeatable read read only");
  } catch (error) {
    await client.end().catch(() => {});
    throw explain(error);
  }
  const SCHEMA = "table_schema = current_schema()";
  return {
    name,
    run,
    tables: async () =>
      (await run(`select table_name as name from information_schema.tables where ${SCHEMA} order by 1`)).map((row) =>
        String(row.name),
      ),
    columns: async (table) => {
      const sql = `select column_name as name from information_schema.columns where ${SCHEMA} and table_name = $1`;
      return new Set((await run(sql, [table])).map((row) => String(row.name)));
    },
    explain,
    close: () => client.end(),
  };
}

function location(url: string): { readonly uri: string; readonly name: string } {
  try {
    return parseLocation(url);
  } catch (error) {
    throw named(error);
  }
}

/** An error as of another program's database: the words are those for Kudos' own, which a setting names. */
function named(error: unknown): unknown {
  if (!(error instanceof DatabaseUnavailable)) return error;
  const message = error.message.replaceAll("DATABASE_URL", "FILE").replace("make it by createdb, or ", "");
  return new DatabaseUnavailable(
    message.replace("the right to make tables, and to read and write them", "the right to read"),
    { cause: error },
  );
}
