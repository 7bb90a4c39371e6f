import type { EntityManager } from "@mikro-orm/core";

/** The value of a `?` in a statement. */
export type Parameter = string | number | boolean | Date | null;

/**
 * The rows that one SQL statement with `?` placeholders returns. It runs on the connection of `em`, inside its
 * transaction if there is one. For repositories, where making an entity of each row would cost more than the query.
 *
 * @throws {TypeError} when SQL cannot spell a parameter: a text with NUL, or a number that is not finite
 */
export async function runStatement<Row>(
  em: EntityManager,
  sql: string,
  parameters: readonly Parameter[],
): Promise<Row[]> {
  // MikroORM writes the parameters into the statement as literals: SQLite ends a statement at a NUL, and reads NaN as
  // the name of a column.
  const unspeakable = parameters.some((value) =>
    typeof value === "string" ? value.includes("\0") : value !== null && !Number.isFinite(Number(value)),
  );
  if (unspeakable) throw new TypeError("A parameter of the statement has no spelling in SQL.");
  return em.getConnection().execute<Row>(sql, [...parameters], "all", em.getTransactionContext());
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

/** The time in a column: SQLite gives milliseconds since 1970, other databases a Date. */
export function timestamp(value: number | string | Date): Date {
  return new Date(value);
}
