import type { Orm } from "../orm.ts";

/** What the values of a column are, whichever database holds them. */
export type Kind = "integer" | "boolean" | "time" | "text";

/** A column of a table that moves. */
export interface Column {
  readonly name: string;
  readonly kind: Kind;
  /** The type of the column in the target, without its length. */
  readonly type: string;
  readonly nullable: boolean;
  /** The greatest number, or the most characters, that the target takes; null for no bound. */
  readonly most: number | null;
}

/** A table that moves, as the target has it. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** The names of the columns of its primary key, in order. */
  readonly key: readonly string[];
}

/** A value that moves: a time is its milliseconds since 1970. */
export type Value = string | number | boolean | null;

/** The names of all tables that the entities have, with those between two of them: what a database holds but for its migrations. */
export function tableNames(orm: Orm): string[] {
  const names = [...orm.getMetadata().getAll().values()].map(({ tableName }) => tableName);
  return [...new Set(names)].filter((name) => name !== "").toSorted();
}
