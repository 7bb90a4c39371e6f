import { DatabaseUnavailable } from "../sqlite/errors.ts";
import type { Column, Table, Value } from "./table.ts";

/** The first and the last time that PostgreSQL and ISO 8601 write alike, in milliseconds since 1970: those of the years 1 to 9999. */
const TIMES = { first: Date.parse("0001-01-01T00:00:00.000Z"), last: Date.parse("9999-12-31T23:59:59.999Z") };

/**
 * The values of a row of SQLite, which takes any value anywhere, as the target has them. Nothing is changed to fit: a value that the target
 * cannot hold as it is refuses the whole move.
 *
 * @param row the values in the order of the columns
 * @param isWhole whether a text is all that the file has there: what is no UTF-8 in it, such as a lone surrogate, is read as U+FFFD
 * @throws {DatabaseUnavailable} which names the row by its key, and shows no value besides
 */
export function readRow(
  table: Table,
  row: readonly unknown[],
  isWhole: (column: string, text: string) => boolean,
): Value[] {
  return table.columns.map((column, index) => {
    const value = row[index] ?? null;
    const reason = column.kind === "boolean" ? notBoolean(column, value) : reasonAgainst(column, value, isWhole);
    if (reason !== null) {
      throw new DatabaseUnavailable(
        `${nameRow(table, row)}: ${column.name} ${reason}, which PostgreSQL does not take; mend that row. Nothing was moved`,
      );
    }
    return column.kind === "boolean" && value !== null ? value === 1 : (value as Value);
  });
}

/** A row for people: its table and the values of its key. */
export function nameRow({ name, columns, key }: Table, row: readonly unknown[]): string {
  const values = key.map(
    (part) => `${part} ${JSON.stringify(row[columns.findIndex((column) => column.name === part)])}`,
  );
  return `table ${name}, row with ${values.join(", ")}`;
}

function notBoolean({ nullable }: Column, value: unknown): string | null {
  if (value === null) return nullable ? null : "is missing";
  return value === 0 || value === 1 ? null : "is neither 0 nor 1";
}

function reasonAgainst(
  { name, kind, nullable, most }: Column,
  value: unknown,
  isWhole: (column: string, text: string) => boolean,
): string | null {
  if (value === null) return nullable ? null : "is missing";
  if (kind === "text") {
    if (typeof value !== "string") return "is no text";
    if (value.includes("\0")) return "has the character NUL";
    if (!value.isWellFormed() || (value.includes("\ufffd") && !isWhole(name, value))) {
      return "has a lone surrogate, or other bytes that are not UTF-8";
    }
    return most !== null && value.length > most && [...value].length > most
      ? `is longer than ${most} characters`
      : null;
  }
  if (typeof value !== "number" || !Number.isSafeInteger(value)) return "is no whole number";
  if (kind === "time")
    return value >= TIMES.first && value <= TIMES.last ? null : "is a time outside the years 1 to 9999";
  return most !== null && Math.abs(value) > most ? `is beyond ${most}` : null;
}
