import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import pg from "pg";
import type { Fixture } from "../fixture.ts";
import { cpuTime } from "../process-tree.ts";
import { ROOT } from "../servers.ts";

/** The server, as the tests find it. Its user may make databases. */
const SERVER = process.env.TEST_DATABASE_URL || "postgresql://postgres@127.0.0.1:5432/postgres";

/** The time in which the server has to answer, in milliseconds. */
const CONNECTING_MS = 5_000;

/** A database on the server, of this run alone. */
export interface ServerDatabase {
  readonly url: string;
  /** A connection to it, beside those of Kudos. */
  readonly client: pg.Client;
  /**
   * The CPU time of the processes of PostgreSQL that work for the connections of others to this database, by their ids, in
   * microseconds; null where they run on another machine.
   */
  cpuTimes(): Promise<Map<number, number> | null>;
  drop(): Promise<void>;
}

/** Nothing can be measured, for the reason in its message: one line. */
export class CannotMeasure extends Error {}

/**
 * Finds the server.
 *
 * @throws {CannotMeasure}
 */
export async function requireServer(): Promise<void> {
  try {
    await withClient(SERVER, (client) => client.query("select 1"));
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    const { host } = new URL(SERVER);
    throw new CannotMeasure(
      `there is no PostgreSQL at ${host} (${code ?? message}); start one, or set TEST_DATABASE_URL to one where databases may be made`,
    );
  }
}

/** The version of the server, such as 15.4. */
export async function serverVersion(): Promise<string> {
  const { rows } = await withClient(SERVER, (client) =>
    client.query<{ server_version: string }>("show server_version"),
  );
  return rows[0]?.server_version.split(" ")[0] ?? "";
}

/** Makes a database with all that a fixture holds, by `kudos migrate --to`. */
export async function copyToServer({ folder, secretKey }: Fixture): Promise<ServerDatabase> {
  const name = `kudos_bench_${randomUUID().replaceAll("-", "")}`;
  const address = new URL(SERVER);
  address.pathname = `/${name}`;
  const url = address.href;
  const drop = async () => {
    await withClient(SERVER, (server) => server.query(`drop database if exists ${name} with (force)`));
  };
  await withClient(SERVER, (server) => server.query(`create database ${name}`));
  try {
    const env = { PATH: process.env.PATH, DATABASE_URL: `sqlite:${folder}/kudos.sqlite`, SECRET_KEY: secretKey };
    await promisify(execFile)(process.execPath, ["src/bin.js", "migrate", "--to", url, "--json"], { cwd: ROOT, env });
    const client = await connect(url);
    // What is written back now is not written back while something is measured; nor is the table vacuumed then.
    await client.query("vacuum (analyze)");
    await client.query("checkpoint").catch(() => {});
    return {
      url,
      client,
      cpuTimes: () => cpuTimes(client, name),
      drop: async () => {
        await client.end().catch(() => {});
        await drop();
      },
    };
  } catch (error) {
    await drop();
    throw error;
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECTING_MS });
  client.on("error", () => {});
  await client.connect();
  return client;
}

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function cpuTimes(client: pg.Client, name: string): Promise<Map<number, number> | null> {
  const { rows } = await client.query<{ pid: number }>(
    "select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()",
  );
  const times = new Map<number, number>();
  for (const { pid } of rows) {
    // A process of another machine can have the same id; its title names the database.
    const title = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (title.includes(name)) times.set(pid, await cpuTime(pid).catch(() => 0));
  }
  return rows.length > 0 && times.size === 0 ? null : times;
}
