import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { type Parameter, runStatement } from "../../src/domain/query.ts";
import { write } from "../../src/domain/unit-of-work.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { startServer, type TestServer, type TestServerOptions } from "./server.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A server with its database on disk, and a second connection to it. */
export interface ServerOnDisk {
  readonly server: TestServer;
  /** Runs one statement on the second connection, like an operator with access to the database. */
  sql(statement: string, ...parameters: Parameter[]): Promise<Record<string, unknown>[]>;
}

export async function startServerOnDisk(t: ExecutionContext, options: TestServerOptions = {}): Promise<ServerOnDisk> {
  const url = `sqlite:${join(await temporaryFolder(t), "kudos.sqlite")}`;
  const server = await startServer(t, { ...options, environment: { DATABASE_URL: url, ...options.environment } });
  const { orm, close } = await openDatabase({ url });
  t.teardown(close);
  // In a transaction, which waits for the server's own.
  const sql: ServerOnDisk["sql"] = (statement, ...parameters) =>
    write(orm.em.fork(), (tx) => runStatement(tx, statement, parameters));
  return { server, sql };
}
