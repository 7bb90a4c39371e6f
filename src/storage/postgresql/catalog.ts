import type { Client } from "pg";
import type { Column, Kind, Table } from "../move/table.ts";

/** The types of columns (`pg_type.typname`) that Kudos has, and what they hold. */
const KINDS: Readonly<Record<string, Kind>> = {
  int2: "integer",
  int4: "integer",
  int8: "integer",
  bool: "boolean",
  timestamptz: "time",
  varchar: "text",
  text: "text",
};

const MOST: Readonly<Record<string, number>> = { int2: 2 ** 15 - 1, int4: 2 ** 31 - 1 };

// The modifier of `varchar(n)` is n + 4.
const COLUMNS = `
  select a.attname as name, t.typname as type, a.attnotnull as required, nullif(a.atttypmod, -1) - 4 as length,
    array_position(i.indkey::int2[], a.attnum) as place
  from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
    left join pg_index i on i.indrelid = c.oid and i.indisprimary
  where c.relnamespace = current_schema()::regnamespace and c.relname = $1 and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
  order by a.attnum`;

interface Found {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly length: number | null;
  readonly place: number | null;
}

/**
 * Reads what a table is like.
 *
 * @throws {Error} for a table that is not there, has no primary key, or a column of a type that is not known here
 */
export async function describeTable(client: Client, name: string): Promise<Table> {
  const { rows } = await client.query<Found>(COLUMNS, [name]);
  const key = rows
    .filter(({ place }) => place !== null)
    .toSorted((one, other) => Number(one.place) - Number(other.place))
    .map((column) => column.name);
  if (key.length === 0) throw new Error(`The table ${name} is not in the target, or has no primary key.`);
  return { name, columns: rows.map((column) => describeColumn(name, column)), key };
}

function describeColumn(table: string, { name, type, required, length }: Found): Column {
  const kind = KINDS[type];
  if (kind === undefined)
    throw new Error(`The column ${table}.${name} has the type ${type}, which cannot be moved yet.`);
  const most = type === "varchar" ? length : (MOST[type] ?? null);
  return { name, kind, type, nullable: !required, most };
}

/** The foreign keys of some tables, as statements that take them away, and that make them again. */
export async function foreignKeys(
  client: Client,
  tables: readonly Table[],
): Promise<{ readonly drop: string; readonly add: string }[]> {
  const { rows } = await client.query<{ drop: string; add: string }>(
    `select format('alter table %I drop constraint %I', c.relname, k.conname) as drop,
       format('alter table %I add constraint %I %s', c.relname, k.conname, pg_get_constraintdef(k.oid)) as add
     from pg_constraint k join pg_class c on c.oid = k.conrelid
     where k.contype = 'f' and c.relnamespace = current_schema()::regnamespace and c.relname = any($1)
     order by c.relname, k.conname`,
    [tables.map(({ name }) => name)],
  );
  return rows;
}
