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

/** What a PostgreSQL server says of itself, and of what it grants the user of `DATABASE_URL`. Times are in milliseconds. */
export interface ServerState {
  readonly version: string;
  /** `150004` for 15.4. */
  readonly number: number;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
  readonly encoding: string;
  readonly role: string;
  /** The schema of new tables; null when none of the search path exists. */
  readonly schema: string | null;
  readonly may_create: boolean | null;
  /** The tables that the role may not read and write. */
  readonly closed: number;
  /** The connections that are left to the role, this one among them. */
  readonly left: number;
  readonly statement_timeout: number;
  /** 0: none. */
  readonly idle_session_timeout: number;
  /** 0: none; null before PostgreSQL 17. */
  readonly transaction_timeout: number | null;
  /** The time by which the clock of the server is ahead of that of this machine, at least; negative for one that is behind. */
  readonly ahead: number;
}

const setting = (name: string) => `(select setting::int from pg_settings where name = '${name}')`;

// The limits of a role and of a database, and the reserved connections, are none for a superuser. -1 is no limit.
const STATE = `
  select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
    current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
    current_setting('synchronous_commit') as synchronous_commit, pg_encoding_to_char(d.encoding) as encoding,
    current_user::text as role, current_schema()::text as schema,
    has_schema_privilege(current_schema(), 'create') as may_create,
    (select count(*)::int from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and not (
      has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'insert')
      and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete'))) as closed,
    case when r.rolsuper then ${setting("max_connections")} - taken.all_of_them
      else least(
        ${setting("max_connections")} - ${setting("superuser_reserved_connections")}
          - coalesce(${setting("reserved_connections")}, 0) - taken.all_of_them,
        nullif(d.datconnlimit, -1) - taken.of_database, nullif(r.rolconnlimit, -1) - taken.of_role)
      end::int as left,
    ${setting("statement_timeout")} as statement_timeout, ${setting("idle_session_timeout")} as idle_session_timeout,
    ${setting("transaction_timeout")} as transaction_timeout, extract(epoch from clock_timestamp())::float8 * 1000 as time
  from pg_database d, pg_roles r,
    (select count(*) as all_of_them, count(*) filter (where datname = current_database()) as of_database,
      count(*) filter (where usename = current_user) as of_role
    from pg_stat_activity where datid is not null and pid <> pg_backend_pid()) as taken
  where d.datname = current_database() and r.rolname = current_user`;

/** Asks a server for its state, by a connection with the settings of all connections. `now` is the clock of this machine. */
export async function readServerState(
  run: (sql: string) => Promise<Record<string, unknown>[]>,
  now: () => number = Date.now,
): Promise<ServerState> {
  const before = now();
  const [row] = await run(STATE);
  const { time, ...state } = row as unknown as Omit<ServerState, "ahead"> & { readonly time: number };
  const after = now();
  // The server has looked at its clock at some moment between.
  const ahead = time > after ? time - after : Math.min(0, time - before);
  return { ...state, ahead };
}
