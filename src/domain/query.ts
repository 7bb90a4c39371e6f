import type { EntityManager } from "@mikro-orm/core";

/** What a statement takes for each `?`. */
export type Parameter = string | number | boolean | Date | null;

/**
 * Runs one SQL statement with `?` placeholders on the connection of `em`, inside its transaction if there is one, and returns the
 * rows. It is for the paths where an entity per row costs more than the query does.
 *
 * @throws {TypeError} when a parameter has no spelling in SQL
 */
export async function runStatement<Row>(
  em: EntityManager,
  sql: string,
  parameters: readonly Parameter[],
): Promise<Row[]> {
  // The parameters become literals of the statement: SQLite ends it at a NUL, and takes NaN for the name of a column.
  const unspeakable = parameters.some((value) =>
    typeof value === "string" ? value.includes("\0") : value !== null && !Number.isFinite(Number(value)),
  );
  if (unspeakable) throw new TypeError("A parameter of the statement has no spelling in SQL.");
  return em.getConnection().execute<Row>(sql, [...parameters], "all", em.getTransactionContext());
}

/** How many rows one statement inserts: far below what SQLite takes as one text, a million bytes. */
const BATCH = 200;

/**
 * Inserts rows, a batch of them with each statement, and returns what `ending` asks for.
 *
 * @param into the table and its columns
 * @throws {TypeError} when a value has no spelling in SQL
 */
export async function insertRows<Row>(
  em: EntityManager,
  { into, ending }: { into: string; ending: string },
  rows: readonly (readonly Parameter[])[],
): Promise<Row[]> {
  const returned: Row[] = [];
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH);
    const values = batch.map((row) => `(${row.map(() => "?").join(", ")})`).join(", ");
    returned.push(...(await runStatement<Row>(em, `insert into ${into} values ${values} ${ending}`, batch.flat())));
  }
  return returned;
}

/** A timestamp of a row: SQLite stores milliseconds since 1970, other databases give a Date. */
export function timestamp(value: number | string | Date): Date {
  return new Date(value);
}
