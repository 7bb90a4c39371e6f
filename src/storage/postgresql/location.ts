import { resolve } from "node:path";
import { DatabaseUnavailable } from "../sqlite/errors.ts";

/** A database on a PostgreSQL server. */
export interface Location {
  /** The connection URI, with its password. */
  readonly uri: string;
  /** The same for people: without user, password and parameters. */
  readonly name: string;
  /** The path that the files of the database lie beside: its key, and the folder of mails. */
  readonly path: string;
}

/** Whether a URL is one of PostgreSQL. */
export function isPostgreSql(url: string): boolean {
  return /^postgres(?:ql)?:/.test(url);
}

/**
 * Reads a connection URI (PostgreSQL, 34.1.1.2) such as `postgresql://user:password@host:5432/database`.
 *
 * @throws {DatabaseUnavailable} when it names no database; the message does not repeat it, since it can hold a password
 */
export function parseLocation(uri: string): Location {
  const url = URL.parse(uri.replace(/^postgres:/, "postgresql:"));
  const database = url?.pathname.slice(1) ?? "";
  if (url === null || !/^[^/]+$/.test(database)) {
    throw new DatabaseUnavailable(
      "DATABASE_URL postgresql:… is not understood; write postgresql://user:password@host:5432/database",
    );
  }
  const name = `postgresql://${url.host || (url.searchParams.get("host") ?? "localhost")}/${database}`;
  const file = decodeURIComponent(database).replaceAll(/[^\w.-]/g, "_");
  return { uri, name, path: resolve("data", `${file}.postgresql`) };
}
