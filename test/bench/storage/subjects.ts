import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { untilHeard } from "../../../src/storage/postgresql/until-heard.ts";
import { type Fixture, makeFixture, removeFixture } from "../fixture.ts";
import { KUDOS, type RunningServer, SERVERS, startServerIn } from "../servers.ts";
import { copyToServer, type ServerDatabase } from "./postgresql.ts";

export const DATABASES = ["PostgreSQL", "SQLite"] as const;
export type DatabaseName = (typeof DATABASES)[number];

/** A database with a number of rows, and the server on it. */
export interface Subject {
  readonly database: DatabaseName;
  readonly fixture: Fixture;
  readonly server: RunningServer;
  /** Has the server forget the principals that it knows: a change of principals is logged by another process. */
  forget(): Promise<void>;
  /** The CPU time of the database's own processes, see {@link ServerDatabase}; null where there are none, or they are elsewhere. */
  databaseCpu(): Promise<Map<number, number> | null>;
}

/** A fixture on both databases. */
export interface Stored {
  readonly fixture: Fixture;
  readonly onServer: ServerDatabase;
  remove(): Promise<void>;
}

/** Makes a database of some size on SQLite, and moves a copy of it to PostgreSQL: both hold the same rows. */
export async function store(size: { tokens: number; likers: number }): Promise<Stored> {
  const fixture = await makeFixture(size);
  try {
    const onServer = await copyToServer(fixture);
    const remove = async () => {
      await onServer.drop();
      await removeFixture(fixture);
    };
    return { fixture, onServer, remove };
  } catch (error) {
    await removeFixture(fixture);
    throw error;
  }
}

/** Starts a server as `npm start` does, or with several workers, on one of the two databases. */
export async function startOn(
  database: DatabaseName,
  { fixture, onServer }: Stored,
  args: readonly string[] = [],
): Promise<Subject> {
  const kudos = SERVERS.find(({ name }) => name === KUDOS);
  if (kudos === undefined) throw new Error("Kudos is not among the servers.");
  const kind = { ...kudos, command: [...kudos.command, ...args] };
  const own = join(fixture.folder, crypto.randomUUID());
  await mkdir(own);
  const environment = { NODE_ENV: "production", SECRET_KEY: fixture.secretKey };
  if (database === "PostgreSQL") {
    const server = await startServerIn(own, kind, { ...environment, DATABASE_URL: onServer.url });
    const { client } = onServer;
    const forget = async () => {
      await client.query("insert into principal_change (at, ends) values (now(), false)");
      await untilHeard(async (sql, values) => (await client.query(sql, [...values])).rows, undefined);
    };
    return { database, fixture, server, forget, databaseCpu: onServer.cpuTimes };
  }
  const path = join(own, "kudos.sqlite");
  await copyFile(join(fixture.folder, "kudos.sqlite"), path);
  const server = await startServerIn(own, kind, { ...environment, DATABASE_URL: `sqlite:${path}` });
  const forget = async () => {
    const file = new Sqlite(path);
    file.prepare("insert into principal_change (at, ends) values (?, 0)").run(Date.now());
    file.close();
  };
  return { database, fixture, server, forget, databaseCpu: async () => null };
}
