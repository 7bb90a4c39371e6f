/** A row of another program's table: texts and numbers, whichever database it is of; a boolean is 0 or 1, a time is a text in UTC. */
export type ForeignRow = Readonly<Record<string, unknown>>;

/** Another program's database, which is only read, all of it as of one moment. */
export interface ForeignDatabase {
  /** The database for people: a path, or an address without user and password. */
  readonly name: string;
  /** Runs a statement that every database takes, with names in double quotes. */
  run(sql: string): Promise<ForeignRow[]>;
  /** The names of its tables. */
  tables(): Promise<string[]>;
  /** The names of the columns of a table; none for a table that is not there. */
  columns(table: string): Promise<Set<string>>;
  /** An error of the database as one line for the operator, other errors as they are. */
  explain(error: unknown): unknown;
  close(): Promise<void>;
}

/** A name in a statement. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
