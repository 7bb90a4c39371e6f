import type { Target } from "../postgresql/target.ts";
import { sampleArticles } from "../seed.ts";
import { DatabaseUnavailable } from "../sqlite/errors.ts";
import type { Source } from "../sqlite/source.ts";
import { textOf } from "./digest.ts";
import { nameRow, readRow } from "./row.ts";
import type { Value } from "./table.ts";

/**
 * Refuses a target that holds what moving would destroy: rows that the source does not have just so. A target as its migrations have made
 * it, with the sample articles or without, holds nothing of anybody.
 *
 * @throws {DatabaseUnavailable} which names the first such row
 */
export async function requireOwnRows(source: Source, target: Target, name: string): Promise<void> {
  if (await isUntouched(target)) return;
  for (const table of target.tables) {
    const columns = table.columns.map((column) => column.name);
    const places = table.key.map((part) => columns.indexOf(part));
    const find = source.finder(table.name, columns, table.key);
    for await (const row of target.rows(table)) {
      const own = find(places.map((place) => row[place]));
      if (own !== undefined && textOf(readRow(table, own, () => true)) === textOf(row)) continue;
      throw new DatabaseUnavailable(
        `database ${name} holds data of its own (${nameRow(table, row)} is not that of the source); choose an empty one, ` +
          "or make this one empty: dropdb, createdb",
      );
    }
  }
}

/** The roles that migrations make, and what each permits. */
const ROLES = new Map<Value, string>([
  ["author", "articles:write"],
  ["resource-server", "tokens:introspect"],
]);

/** What migrations put into tables, without the ids. */
const MADE: Readonly<Record<string, (row: Readonly<Record<string, Value>>) => boolean>> = {
  role: ({ name, permissions, requires_factor }) =>
    ROLES.has(name ?? null) && ROLES.get(name ?? null) === permissions && requires_factor === false,
  article: ({ title, author, created_at, like_count, version }) =>
    like_count === 0 && version === 1 && SAMPLES.has(JSON.stringify([title, author, created_at])),
};

const SAMPLES = new Set(
  sampleArticles().map(({ title, author, createdAt }) => JSON.stringify([title, author, createdAt.getTime()])),
);

async function isUntouched(target: Target): Promise<boolean> {
  for (const table of target.tables) {
    const isMade = MADE[table.name];
    if (isMade === undefined) {
      if ((await target.count(table)) > 0) return false;
      continue;
    }
    let untouched = true;
    for await (const row of target.rows(table)) {
      untouched &&= isMade(Object.fromEntries(table.columns.map(({ name }, index) => [name, row[index] ?? null])));
    }
    if (!untouched) return false;
  }
  return true;
}
