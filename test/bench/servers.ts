import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { copyFile, mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** A server that is measured. */
export interface ServerKind {
  readonly name: string;
  readonly title: string;
  /** The program and its arguments, from the folder of the project. */
  readonly command: readonly string[];
}

export const FLOOR = "node:http";
export const RIVAL = "Fastify";
export const KUDOS = "Kudos";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The arguments for Node in the script `start`, which npm hands to a shell as `exec node …`. */
const START: readonly string[] = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"))
  .scripts.start.replace(/^exec node /, "")
  .split(" ");

/** All servers, in the order of their turns. */
export const SERVERS: readonly ServerKind[] = [
  { name: FLOOR, title: "bare node:http, by hand (the floor)", command: ["test/bench/peers/bare-http.ts"] },
  { name: RIVAL, title: "Fastify 5 with JSON schemas", command: ["test/bench/peers/fastify.ts"] },
  { name: "Hono", title: "Hono with @hono/zod-openapi", command: ["test/bench/peers/hono.ts"] },
  { name: "Express", title: "Express 5 with express-openapi-validator", command: ["test/bench/peers/express.ts"] },
  { name: KUDOS, title: "Kudos, as npm start runs it in production", command: START },
];

/** A server that does not listen by then has failed; the first start of Kudos builds what its pages load. */
const PATIENCE_MS = 120_000;
const POLL_MS = 2;

/** The database that servers get copies of, `kudos.sqlite` in a folder, and the keys of its tokens. */
export interface SharedDatabase {
  readonly folder: string;
  readonly secretKey: string;
}

/** A server that listens. */
export interface RunningServer {
  readonly kind: ServerKind;
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server on a copy of the fixture's database, with its output in a file, as a service has it. */
export async function startServer(
  kind: ServerKind,
  { folder, secretKey }: SharedDatabase,
  environment: Readonly<Record<string, string>> = { NODE_ENV: "production" },
): Promise<RunningServer> {
  const own = join(folder, crypto.randomUUID());
  await mkdir(own);
  const database = join(own, "kudos.sqlite");
  await copyFile(join(folder, "kudos.sqlite"), database);
  return startServerIn(own, kind, {
    DATABASE_URL: `sqlite:${database}`,
    DATABASE_FILE: database,
    SECRET_KEY: secretKey,
    ...environment,
  });
}

/** Starts a server with its log in a folder of its own. */
export async function startServerIn(
  own: string,
  kind: ServerKind,
  environment: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  const child = await spawnLogged(kind.command, join(own, "log"), { PORT: "0", ...environment });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill();
    await ended;
  };
  try {
    return { kind, pid: child.pid ?? 0, url: await addressOf(child, join(own, "log")), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function spawnLogged(command: readonly string[], log: string, settings: Readonly<Record<string, string>>) {
  const file = await open(log, "w");
  const child = spawn(process.execPath, command, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...settings },
    stdio: ["ignore", file.fd, file.fd],
  });
  await file.close();
  return child;
}

async function addressOf(child: ChildProcess, log: string): Promise<string> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const output = await readFile(log, "utf8");
    const url = /listens on (http:\S+)\n/.exec(output)?.[1];
    if (url !== undefined) return url;
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}:\n${output}`);
    await sleep(POLL_MS);
  }
  throw new Error(`The server does not listen:\n${await readFile(log, "utf8")}`);
}
