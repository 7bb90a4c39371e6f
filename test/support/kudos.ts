import { spawn } from "node:child_process";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";
import type { UserOutput } from "../../src/cli/commands/user-output.ts";
import { type Ended, observe, type Program, surroundings } from "./program.ts";
import { CHEAP, PASSWORD } from "./server.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export const CLI = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** What the processes of these tests are set to; the database is in the folder that they run in. */
export const SETTINGS = { DATABASE_URL: "sqlite:./kudos.sqlite", PASSWORD_COST: CHEAP, RATE_LIMITS: "off" };

export interface KudosOptions {
  /** What is on standard input. */
  readonly input?: string | Buffer;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A folder with a database, and the command line in it. */
export interface Shop {
  readonly folder: string;
  /** Runs the command line in a process of its own. */
  kudos(args: readonly string[], options?: KudosOptions): Promise<Ended>;
  /** Runs a command that must succeed with `--json`; answers what it printed. */
  json<Document = unknown>(args: readonly string[], options?: KudosOptions): Promise<Document>;
  /** Runs a command that must be refused with one line; answers the line. */
  refused(args: readonly string[], options?: KudosOptions & { code?: number }): Promise<string>;
  /** One statement on the database file, as somebody with access to it would run it. */
  sql(statement: string): Record<string, unknown>[];
}

/** Starts the command line in a folder; it ends with the test at the latest. */
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

/** Opens a shop in an empty folder; with a migrated database unless told otherwise. */
export async function openShop(t: ExecutionContext, { migrated = true } = {}): Promise<Shop> {
  const folder = await temporaryFolder(t);
  const kudos: Shop["kudos"] = async (args, { input = "", environment } = {}) => {
    const { child, ended } = spawnKudos(t, folder, args, environment);
    // One that is refused may be gone before it has read anything.
    child.stdin?.on("error", () => undefined).end(input);
    return ended;
  };
  const json: Shop["json"] = async (args, options) => {
    const { code, stdout, stderr } = await kudos([...args, "--json"], options);
    if (code !== 0 || !eventLines(stderr)) throw new Error(`kudos ${args.join(" ")} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  };
  const refused: Shop["refused"] = async (args, { code = 1, ...options } = {}) => {
    const ended = await kudos(args, options);
    t.is(ended.code, code, ended.stderr);
    t.is(ended.stdout, "");
    t.regex(ended.stderr, /^kudos: [^\n]+\n$/);
    return ended.stderr.slice("kudos: ".length, -1);
  };
  const sql: Shop["sql"] = (statement) => {
    const database = new DatabaseSync(join(folder, "kudos.sqlite"));
    try {
      return database
        .prepare(statement)
        .all()
        .map((row) => ({ ...row }));
    } finally {
      database.close();
    }
  };
  if (migrated) await json(["migrate"]);
  return { folder, kudos, json, refused, sql };
}

/** The events in what was printed to standard error; undefined when it is anything else. */
export function eventLines(stderr: string): Record<string, unknown>[] | undefined {
  const lines = stderr.split("\n").slice(0, -1);
  if (!lines.every((line) => line.startsWith("{") && line.endsWith('"msg":"event"}'))) return undefined;
  return lines.map((line) => JSON.parse(line).event);
}

/** Makes an account by the command line. */
export function createUser({ json }: Shop, email = "ada@example.com", password = PASSWORD): Promise<UserOutput> {
  return json(["users", "create", email], { input: `${password}\n` });
}

/** The kinds of the events about a user, oldest first, with who did it. */
export function eventsOf({ sql }: Shop, userId: number): string[] {
  return sql(`select kind, actor, address, detail from event where user_id = ${userId} order by id`).map(
    ({ kind, actor, address, detail }) =>
      `${kind}${detail === null ? "" : ` ${detail}`} by ${actor}${address === null ? "" : ` from ${address}`}`,
  );
}
