import { randomUUID } from "node:crypto";
import type { ExecutionContext } from "ava";
import { createConnection } from "mysql2/promise";
import { type Declare, testsOn } from "./reachable.ts";

/** The server of the tests, by `TEST_MYSQL_URL`, or the one that listens on this machine. Its user may make databases. */
const SERVER = process.env.TEST_MYSQL_URL || "mysql://root@127.0.0.1:3306";

/** A test that needs MySQL or MariaDB; without a server it is skipped, and its title says so. */
export const mySqlTest: Declare = testsOn({
  name: "MySQL or MariaDB",
  url: SERVER,
  named: Boolean(process.env.TEST_MYSQL_URL),
  connect: `
    const { createConnection } = await import("mysql2/promise");
    await createConnection({ uri: process.argv[1] })`,
});

/** Runs statements on a database of the server, by a connection of their own. */
export async function runMySql(url: string, statements: string): Promise<void> {
  const connection = await createConnection({ uri: url, multipleStatements: true });
  try {
    await connection.query(`set sql_mode = 'ANSI_QUOTES'; ${statements}`);
  } finally {
    await connection.end();
  }
}

/** The URL of an empty database of this test alone, which is dropped when the test ends. */
export async function mySqlDatabase(t: ExecutionContext<unknown>): Promise<string> {
  const name = `kudos_test_${randomUUID().replaceAll("-", "")}`;
  await runMySql(SERVER, `create database ${name} character set utf8mb4`);
  t.teardown(() => runMySql(SERVER, `drop database ${name}`));
  const url = new URL(SERVER);
  url.pathname = `/${name}`;
  return url.href;
}
