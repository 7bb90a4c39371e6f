import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";
import { registerAccount } from "../../src/domain/accounts/register.ts";
import { generateSecretKey } from "../../src/domain/secrets/secret-keys.ts";
import { type CommandResult, runInSharedProcess } from "./command-process.ts";
import { databaseIn, placeMigratedDatabase, withDatabase } from "./migrated-database.ts";
import { onPostgreSql, postgreSqlDatabase, queryPostgreSql } from "./postgresql.ts";
import { type Ended, observe, type Program, surroundings } from "./program.ts";
import { quickHasher } from "./quick-hasher.ts";
import { operator } from "./sample-occasion.ts";
import { CHEAP, PASSWORD } from "./server.ts";
import { runSql } from "./sqlite.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export const CLI = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** The settings of the processes of these tests; the database is in their working folder, unless the tests run on PostgreSQL. */
export const SETTINGS = { DATABASE_URL: "sqlite:./kudos.sqlite", PASSWORD_COST: CHEAP, RATE_LIMITS: "off" };

export interface KudosOptions {
  /** The content of standard input. A command that gets one runs in a process of its own. */
  readonly input?: string | Buffer;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A folder with a database, and functions that run the command line in it. */
export interface Shop {
  readonly folder: string;
  /** The database as the commands name it. */
  readonly name: string;
  /** The settings of its database, for programs that run in its folder. */
  readonly database: Readonly<Record<string, string>> & { readonly DATABASE_URL: string };
  /** Runs the command line in a process of its own. */
  kudos(args: readonly string[], options?: KudosOptions): Promise<Ended>;
  /** Runs the command line in the process that all such commands share, see command-process.ts; with an input as `kudos` does. */
  quickly(args: readonly string[], options?: KudosOptions): Promise<CommandResult>;
  /** Runs a command quickly that must succeed with `--json`; resolves to the document that it printed. */
  json<Document = unknown>(args: readonly string[], options?: KudosOptions): Promise<Document>;
  /** Runs a command quickly that must be refused with one line; resolves to the line without `kudos: `. */
  refused(args: readonly string[], options?: KudosOptions & { code?: number }): Promise<string>;
  /** Runs one statement on the database, by a connection of its own. */
  query(statement: string): Promise<Record<string, unknown>[]>;
  /** Runs one statement on the database file, as {@link Shop.query} does: for tests about SQLite. */
  sql(statement: string): Record<string, unknown>[];
}

/** Starts the command line in a folder; it is killed at the end of the test. */
export function spawnKudos(
  t: ExecutionContext,
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Program {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: { ...surroundings(), ...SETTINGS, ...environment },
  });
  t.teardown(() => child.kill("SIGKILL"));
  return observe(child);
}

/** Makes an empty folder; with a migrated database unless `migrated` is false. */
export async function openShop(t: ExecutionContext, { migrated = true } = {}): Promise<Shop> {
  const folder = await temporaryFolder(t);
  const database = onPostgreSql
    ? { DATABASE_URL: await postgreSqlDatabase(t, { migrated }), SECRET_KEY: generateSecretKey() }
    : { DATABASE_URL: `sqlite:${databaseIn(folder)}` };
  const name = onPostgreSql ? database.DATABASE_URL.replace(/\/\/[^@]*@/, "//") : databaseIn(folder);
  const kudos: Shop["kudos"] = async (args, { input = "", environment } = {}) => {
    const { child, ended } = spawnKudos(t, folder, args, { ...database, ...environment });
    // A refused command may end before it has read its input.
    child.stdin?.on("error", () => undefined).end(input);
    return ended;
  };
  const quickly: Shop["quickly"] = async (args, { input, environment } = {}) => {
    if (input === undefined)
      return runInSharedProcess({ args, folder, environment: { ...SETTINGS, ...database, ...environment } });
    const { code, ...output } = await kudos(args, { input, ...(environment && { environment }) });
    return { code: code ?? Number.NaN, ...output };
  };
  const json: Shop["json"] = async (args, options) => {
    const { code, stdout, stderr } = await quickly([...args, "--json"], options);
    if (code !== 0 || !eventLines(stderr)) throw new Error(`kudos ${args.join(" ")} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  };
  const refused: Shop["refused"] = async (args, { code = 1, ...options } = {}) => {
    const ended = await quickly(args, options);
    t.is(ended.code, code, ended.stderr);
    t.is(ended.stdout, "");
    t.regex(ended.stderr, /^kudos: [^\n]+\n$/);
    return ended.stderr.slice("kudos: ".length, -1);
  };
  const sql: Shop["sql"] = (statement) => runSql(databaseIn(folder), statement);
  const query: Shop["query"] = async (statement) =>
    onPostgreSql ? queryPostgreSql(database.DATABASE_URL, statement) : sql(statement);
  if (migrated && !onPostgreSql) await placeMigratedDatabase(folder);
  return { folder, name, database, kudos, quickly, json, refused, query, sql };
}

/** The events on standard error; undefined when any line of it is no event. */
export function eventLines(stderr: string): Record<string, unknown>[] | undefined {
  const lines = stderr.split("\n").slice(0, -1);
  if (!lines.every((line) => line.startsWith("{") && line.endsWith('"msg":"event"}'))) return undefined;
  return lines.map((line) => JSON.parse(line).event);
}

/** Makes an account as `users create` does; resolves to the id. */
export async function createUser({ database }: Shop, email = "ada@example.com", password = PASSWORD): Promise<number> {
  const passwords = await quickHasher();
  const { id } = await withDatabase(database.DATABASE_URL, ({ orm }) =>
    registerAccount(orm.em.fork(), passwords, { email, password }, { ...operator, now: new Date() }),
  );
  return id;
}

/** The events about a user, oldest first, each as `<kind> <detail> by <actor> from <address>`. */
export async function eventsOf({ query }: Shop, userId: number): Promise<string[]> {
  const events = await query(`select kind, actor, address, detail from event where user_id = ${userId} order by id`);
  return events.map(
    ({ kind, actor, address, detail }) =>
      `${kind}${detail === null ? "" : ` ${detail}`} by ${actor}${address === null ? "" : ` from ${address}`}`,
  );
}
