import type { ForeignAccount } from "../../domain/accounts/foreign-account.ts";
import { isPostgreSql } from "../postgresql/location.ts";
import { DatabaseUnavailable } from "../sqlite/errors.ts";
import { authenticatorOf, hasSecondFactor, otherColumns, timeOf } from "./columns.ts";
import { type ForeignDatabase, type ForeignRow, quoted } from "./database.ts";

/** The tables and columns that are read. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  user: ["id", "email", "password", "active"],
  role: ["id", "name"],
  roles_users: ["user_id", "role_id"],
};

/** A URL of a server as an application has it, with SQLAlchemy's driver or without. */
const URL_OF_SERVER = /^(?<database>postgres(?:ql)?|mysql|mariadb)(?:\+\w+)?:\/\//;

/** Whether a text is the URL of a server, not the path of a file. */
export function isServer(from: string): boolean {
  return URL_OF_SERVER.test(from);
}

/**
 * Reads the users of a database in the tables of Flask-Security's models (`fsqla`): `user`, `role` and `roles_users`. It is only read, in
 * one transaction, so that all rows are of one moment.
 *
 * @param from the path of a SQLite file, or a URL `postgresql://…` or `mysql://…`
 * @throws {DatabaseUnavailable} when the database cannot be read or holds other tables
 */
export async function readFlaskSecurityUsers(from: string): Promise<ForeignAccount[]> {
  const database = await open(from);
  try {
    await requireTables(database);
    return await readAccounts(database, (await database.columns("role")).has("permissions"));
  } catch (error) {
    throw database.explain(error);
  } finally {
    await database.close();
  }
}

/** Opens a database. The clients are loaded late: who has another kind needs none of them. */
async function open(from: string): Promise<ForeignDatabase> {
  if (!isServer(from)) return (await import("./file.ts")).openForeignFile(from);
  const url = from.replace(URL_OF_SERVER, "$<database>://");
  if (isPostgreSql(url)) return (await import("./postgresql.ts")).openForeignPostgreSql(url);
  return (await import("./mysql.ts")).openForeignMySql(url.replace(/^mariadb/, "mysql"));
}

async function requireTables({ columns: columnsOf, name }: ForeignDatabase): Promise<void> {
  for (const [table, columns] of Object.entries(NEEDED)) {
    const found = await columnsOf(table);
    const missing = columns.find((column) => !found.has(column));
    if (missing === undefined) continue;
    throw new DatabaseUnavailable(`database ${name} is not one of Flask-Security: there is no ${table}.${missing}`);
  }
}

/** @param permitting whether roles have permissions, which older versions of Flask-Security do not know */
async function readAccounts(database: ForeignDatabase, permitting: boolean): Promise<ForeignAccount[]> {
  const { run } = database;
  const roles = Map.groupBy(
    await run(
      `select ru.user_id, r.name, ${permitting ? "r.permissions" : "null as permissions"} ` +
        'from "roles_users" ru join "role" r on r.id = ru.role_id order by r.id',
    ),
    ({ user_id }) => user_id,
  );
  const users = await run('select * from "user" order by id');
  const passkeys = await readPasskeys(database);
  // The database does not say whether addresses had to be confirmed. Where nobody confirmed one, nobody had to.
  const confirmable = users.some(({ confirmed_at }) => confirmed_at !== null && confirmed_at !== undefined);
  return users.map((user) => {
    const { id, email, password, active, confirmed_at, username } = user;
    const keys = passkeys.filter(({ user_id }) => user_id === id || user_id === user.fs_uniquifier);
    return {
      email: typeof email === "string" ? email : "",
      passwordHash: typeof password === "string" ? password : null,
      // Flask-Security treats an account as active only when the column is true; null is not.
      active: active === 1,
      roles: (roles.get(id) ?? []).map(({ name, permissions }) => ({
        name: typeof name === "string" ? name : "",
        permissions: typeof permissions === "string" ? permissions.split(",").map((text) => text.trim()) : [],
      })),
      // A passkey of the usage `first` takes the place of the password; any other comes after it.
      secondFactor: hasSecondFactor(user) || keys.some(({ usage }) => usage !== "first"),
      factor: authenticatorOf(user),
      unconfirmed: confirmable && (confirmed_at === null || confirmed_at === undefined),
      confirmedAt: timeOf(confirmed_at),
      username: typeof username === "string" && username !== "" ? username : null,
      others: [...otherColumns(user), ...new Set(keys.map(({ table }) => String(table)))],
    };
  });
}

/** The passkeys of all users. Their table is named by the application, mostly `web_authn`: it is told by its columns. */
async function readPasskeys({ run, tables, columns: columnsOf }: ForeignDatabase): Promise<ForeignRow[]> {
  const found: ForeignRow[] = [];
  for (const table of await tables()) {
    const columns = await columnsOf(table);
    if (!["user_id", "credential_id", "usage"].every((column) => columns.has(column))) continue;
    const rows = await run(`select user_id, ${quoted("usage")} from ${quoted(table)}`);
    found.push(...rows.map((row) => ({ ...row, table })));
  }
  return found;
}
