import type { EntityManager } from "@mikro-orm/core";
import { CompiledQuery, Kysely } from "kysely";

/** What a statement runs on: an entity manager, inside its transaction if there is one, or a transaction itself. */
export type Queryable = EntityManager | Kysely<unknown>;

/** The value of a `?` in a statement. */
export type Parameter = string | number | boolean | Date | null;

/**
 * The Kysely client that runs the statements of an entity manager: that of its transaction, if there is one.
 *
 * @throws {TypeError} when its database is none of SQL
 */
export function kyselyOf(db: Queryable): Kysely<unknown> {
  if (db instanceof Kysely) return db;
  if (!hasKysely(db)) throw new TypeError("The entity manager has no SQL database.");
  return db.getKysely();
}

function hasKysely(em: EntityManager): em is EntityManager & { getKysely(): Kysely<unknown> } {
  return "getKysely" in em;
}

/**
 * The rows that one SQL statement with `?` placeholders returns. For repositories, where making an entity of each row would cost more than the query.
 *
 * @throws {TypeError} when SQL has no value for a parameter, such as a number that is not finite
 */
export async function runStatement<Row>(db: Queryable, sql: string, parameters: readonly Parameter[]): Promise<Row[]> {
  // MikroORM's own `execute` writes the parameters into the text: each text is prepared anew, and cannot have a NUL.
  const { rows } = await kyselyOf(db).executeQuery<Row>(CompiledQuery.raw(sql, [...parameters]));
  return rows;
}

/** A limit for "all rows", after which an `offset` can stand in every database: more rows than any table of this program has. */
export const ALL = 2 ** 31 - 1;

/**
 * The end of a statement that reads some rows, with their number in its text: PostgreSQL plans a statement whose limit is a parameter anew
 * each time, which takes longer than reading a page. To be used with few numbers, since each makes a statement.
 *
 * @throws {TypeError} for what is no number of rows
 */
export function limitTo(rows: number): string {
  if (!Number.isSafeInteger(rows) || rows < 0) throw new TypeError("That is no number of rows.");
  return `limit ${rows}`;
}

/** As many `?` as there are values, separated by commas, for a list of texts; for none a query without rows, since a list has to have one. */
export function marks(values: readonly unknown[]): string {
  return values.length === 0 ? "select null where 1 = 0" : values.map(() => "?").join(", ");
}

/** The number of rows that one statement inserts: its text stays far below the million bytes that SQLite takes. */
const BATCH = 200;

/**
 * Inserts rows, a batch with each statement.
 *
 * @param into the table and its columns
 * @param ending the end of the statement: a clause for conflicts, or `returning`
 * @returns the rows that `ending` returns
 * @throws {TypeError} as {@link runStatement}
 */
export async function insertRows<Row>(
  db: Queryable,
  { into, ending }: { into: string; ending: string },
  rows: readonly (readonly Parameter[])[],
): Promise<Row[]> {
  const returned: Row[] = [];
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH);
    const values = batch.map((row) => `(${row.map(() => "?").join(", ")})`).join(", ");
    returned.push(...(await runStatement<Row>(db, `insert into ${into} values ${values} ${ending}`, batch.flat())));
  }
  return returned;
}

/** The time in a column: SQLite gives milliseconds since 1970, other databases a Date. */
export function timestamp(value: number | string | Date): Date {
  return new Date(value);
}
