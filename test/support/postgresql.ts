import { hash, randomUUID } from "node:crypto";
import { glob, readFile } from "node:fs/promises";
import type { ExecutionContext } from "ava";
import pg from "pg";
import { openDatabase } from "../../src/storage/open-database.ts";
import { connectionSettings } from "../../src/storage/postgresql/pool.ts";
import { type Declare, type OtherServer, testsOn, whyNotReachable } from "./reachable.ts";

/** The server of the tests, by `TEST_DATABASE_URL`, or the one that listens on this machine. Its user may make databases. */
const SERVER = process.env.TEST_DATABASE_URL || "postgresql://postgres@127.0.0.1:5432/postgres";

const MIGRATIONS = new URL("../../src/storage/postgresql/migrations/", import.meta.url);

const OTHER: OtherServer = {
  name: "PostgreSQL",
  url: SERVER,
  named: Boolean(process.env.TEST_DATABASE_URL),
  connect: `
    const { default: pg } = await import("pg");
    await new pg.Client({ connectionString: process.argv[1] }).connect()`,
};

/** A test that needs PostgreSQL; without a server it is skipped, and its title says so. */
export const postgreSqlTest: Declare = testsOn(OTHER);

/** Whether there is a server. Without one it declares a test with a title, as {@link postgreSqlTest} does. */
export function hasPostgreSql(title: string): boolean {
  if (whyNotReachable(OTHER) === "") return true;
  postgreSqlTest(title, () => {});
  return false;
}

/** Whether tests that do not say which database they want get one on PostgreSQL. */
export const onPostgreSql: boolean = process.env.TEST_STORAGE === "postgresql";

/** Does some work by one connection to the server of the tests. */
async function withServer<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: SERVER, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(name: string): string {
  const url = new URL(SERVER);
  url.pathname = `/${name}`;
  return url.href;
}

let template: Promise<string> | undefined;

/**
 * A migrated database with the sample articles, that others are copied from: a copy takes a tenth of the time. It is named after the
 * migrations and stays, so that later runs find it.
 */
async function findTemplate(): Promise<string> {
  const files = await Array.fromAsync(glob("*.ts", { cwd: MIGRATIONS }));
  const sources = await Promise.all(files.toSorted().map((file) => readFile(new URL(file, MIGRATIONS), "utf8")));
  const name = `kudos_template_${hash("sha256", sources.join()).slice(0, 16)}`;
  await withServer(async (client) => {
    // One process makes it, the others wait.
    await client.query("select pg_advisory_lock(8257536199)");
    const { rows } = await client.query("select 1 from pg_database where datname = $1", [name]);
    if (rows.length > 0) return;
    await client.query(`drop database if exists ${name}_unfinished with (force)`);
    await client.query(`create database ${name}_unfinished`);
    const database = await openDatabase({ url: urlOf(`${name}_unfinished`) });
    await database.migrate();
    await database.close();
    await client.query(`alter database ${name}_unfinished rename to ${name}`);
  });
  return name;
}

/** The URL of a database of this test alone: empty, or migrated. It is dropped when the test ends. */
export async function postgreSqlDatabase(
  t: ExecutionContext<unknown>,
  { migrated = true }: { migrated?: boolean } = {},
): Promise<string> {
  const name = `kudos_test_${randomUUID().replaceAll("-", "")}`;
  template ??= findTemplate();
  const from = migrated ? ` template ${await template}` : "";
  await inTurn(() => withServer((client) => client.query(`create database ${name}${from}`)));
  t.teardown(() => withServer((client) => client.query(`drop database ${name} with (force)`)));
  return urlOf(name);
}

/** Runs one statement on a database of {@link postgreSqlDatabase}, by a connection of its own; answers the rows. */
export function runPostgreSql(url: string, sql: string): Promise<Record<string, unknown>[]> {
  return runOnce({ connectionString: url }, sql);
}

/** As {@link runPostgreSql}, with the values in the types that the program reads: counts as numbers, times as `Date`. */
export function queryPostgreSql(url: string, sql: string): Promise<Record<string, unknown>[]> {
  return runOnce({ ...connectionSettings(url), connectionTimeoutMillis: 10_000 }, sql);
}

async function runOnce(settings: pg.ClientConfig, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(settings);
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

let turn: Promise<unknown> = Promise.resolve();

/** Two copies of one database at once would refuse each other. */
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = turn.then(work);
  turn = result.catch(() => undefined);
  return result;
}
