import { runSql } from "./sqlite.ts";

interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly pk: number;
  readonly notnull: number;
}
interface ForeignKey {
  readonly table: string;
  readonly from: string;
  readonly to: string;
}

/** The names of all tables of a database file but that of its migrations. */
export function tablesOf(path: string): string[] {
  const found = runSql(path, "select name from sqlite_master where type = 'table' and name not like 'sqlite%'");
  return found
    .map(({ name }) => String(name))
    .filter((name) => name !== "migration")
    .toSorted();
}

/**
 * Puts some rows into every table of a database file, whatever columns they have: the schema says which. Times have odd milliseconds,
 * texts letters of two and four bytes, booleans both values; what may be null is so in the first row.
 *
 * @param rows the numbers of the rows, which are their ids, too
 */
export function fillEveryTable(path: string, rows: readonly number[]): void {
  const list = <Row>(sql: string) => runSql(path, sql) as unknown as Row[];
  const parentsOf = (table: string) => list<ForeignKey>(`pragma foreign_key_list("${table}")`);
  const columnsOf = (table: string) => list<ColumnInfo>(`pragma table_info("${table}")`);
  const isUnique = (table: string, column: string): boolean =>
    list<{ name: string; unique: number }>(`pragma index_list("${table}")`).some(
      ({ name, unique }) => unique === 1 && list<{ name: string }>(`pragma index_info("${name}")`)[0]?.name === column,
    );
  const literalOf = (table: string, column: string, row: number): string => {
    const { type = "", pk = 0, notnull = 1 } = columnsOf(table).find(({ name }) => name === column) ?? {};
    if (row === rows[0] && notnull === 0 && pk === 0) return "null";
    const parent = parentsOf(table).find(({ from }) => from === column);
    if (parent !== undefined) return literalOf(parent.table, parent.to, row);
    // Short enough for the shortest column.
    if (/^text/i.test(type)) return `'é😀${row.toString(36)}'`;
    if (/^datetime/i.test(type)) return String(1_700_000_000_001 + row * 1001);
    return String(pk > 0 || isUnique(table, column) ? row : row % 2);
  };
  const filled = new Set<string>();
  const fill = (table: string): void => {
    if (filled.has(table)) return;
    filled.add(table);
    for (const parent of parentsOf(table)) fill(parent.table);
    const columns = columnsOf(table).map(({ name }) => name);
    const values = rows.map((row) => `(${columns.map((column) => literalOf(table, column, row)).join()})`);
    runSql(path, `insert into "${table}" (${columns.map((name) => `"${name}"`).join()}) values ${values.join()}`);
  };
  for (const table of tablesOf(path)) fill(table);
}
