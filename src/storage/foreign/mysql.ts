import { type Connection, createConnection } from "mysql2/promise";
import { DatabaseUnavailable } from "../sqlite/errors.ts";
import type { ForeignDatabase, ForeignRow } from "./database.ts";

/** The time in which a connection is made, in milliseconds. */
const CONNECTING_MS = 5_000;

/** The error codes of MySQL and MariaDB, and of Node, by what an operator can do. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^ER_(ACCESS_DENIED|DBACCESS_DENIED|MUST_CHANGE)/, "refuses the user or the password of FILE"],
  [/^ER_BAD_DB_ERROR/, "does not exist; choose another FILE"],
  [/^ER_(TABLEACCESS|COLUMNACCESS|SPECIFIC_ACCESS)/, "does not permit this; give its user the right to read"],
  [/^ER_CON_COUNT/, "has no connection left"],
  [/^(E[A-Z]+$|PROTOCOL_|HANDSHAKE|CERT|SELF_SIGNED|UNABLE_TO|DEPTH_ZERO)/, "does not answer"],
];

/**
 * Opens a MySQL or MariaDB database of another program, in one transaction that only reads. A URL without a password takes `MYSQL_PWD`.
 *
 * @throws {DatabaseUnavailable} which does not repeat the URL: it can hold a password
 */
export async function openForeignMySql(url: string): Promise<ForeignDatabase> {
  const { hostname, port, username, password, pathname, host, searchParams } = parse(url);
  const name = `mysql://${host}${pathname}`;
  const explain = (error: unknown): unknown => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const reason = REASONS.find(([pattern]) => pattern.test(code))?.[1];
    if (reason === undefined) return error;
    const told = reason === "does not answer" ? `${reason} (${code}); start it, or choose another FILE` : reason;
    return new DatabaseUnavailable(`database ${name} ${told}`, { cause: error });
  };
  let connection: Connection | undefined;
  const run = async (sql: string, values: string[] = []): Promise<ForeignRow[]> => {
    const [rows] = (await connection?.query(sql, values)) ?? [[]];
    return rows as ForeignRow[];
  };
  try {
    connection = await createConnection({
      host: hostname,
      port: Number(port || 3306),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password) || process.env.MYSQL_PWD || "",
      database: decodeURIComponent(pathname.slice(1)),
      connectTimeout: CONNECTING_MS,
      ...tls(searchParams),
      // SQLAlchemy's booleans are TINYINT; all else is read as the server writes it.
      typeCast: (field) => (field.type === "TINY" ? asNumber(field.string()) : field.string()),
    });
    // An error of a connection reaches the statement that is under way.
    connection.on("error", () => {});
    await run("set session sql_mode = 'ANSI_QUOTES', time_zone = '+00:00'");
    await run("set transaction isolation level repeatable read");
    await run("start transaction with consistent snapshot, read only");
  } catch (error) {
    connection?.destroy();
    throw explain(error);
  }
  const SCHEMA = "table_schema = database()";
  return {
    name,
    run,
    tables: async () =>
      (await run(`select table_name as "name" from information_schema.tables where ${SCHEMA} order by 1`)).map((row) =>
        String(row.name),
      ),
    columns: async (table) => {
      const sql = `select column_name as "name" from information_schema.columns where ${SCHEMA} and binary table_name = ?`;
      return new Set((await run(sql, [table])).map((row) => String(row.name)));
    },
    explain,
    close: async () => connection?.end(),
  };
}

/**
 * TLS where the URL asks for it: by `ssl-mode` as MySQL's own programs have it, or by any `ssl…` of a driver. The certificate is held to
 * the authorities of Node (`NODE_EXTRA_CA_CERTS` adds one), unless the mode is one that does not verify.
 */
function tls(parameters: URLSearchParams): { ssl?: { rejectUnauthorized: boolean } } {
  const mode = parameters.get("ssl-mode")?.toUpperCase() ?? "";
  if (mode === "DISABLED" || ![...parameters.keys()].some((name) => name.startsWith("ssl"))) return {};
  return { ssl: { rejectUnauthorized: !["PREFERRED", "REQUIRED"].includes(mode) } };
}

function asNumber(text: string | null): number | null {
  return text === null ? null : Number(text);
}

function parse(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed !== null && parsed.hostname !== "" && /^\/[^/]+$/.test(parsed.pathname)) return parsed;
  throw new DatabaseUnavailable("FILE mysql:… is not understood; write mysql://user:password@host:3306/database");
}
