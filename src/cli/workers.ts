import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Settings } from "../settings.ts";
import { Refusal } from "./explain.ts";

/** The most processes of one `serve`. */
const MOST_WORKERS = 64;

/** The time after which a process takes the place of one that has ended by itself, in milliseconds: a fault must not become a storm. */
const PAUSE_MS = 1_000;

/** What a worker tells once it serves: the text that `serve` prints. */
interface Ready {
  readonly welcome: string;
}

/**
 * The number of processes that `serve --workers N` asks for; 1 without the option.
 *
 * @returns null for arguments that are not understood
 */
export function countWorkers(args: readonly string[]): number | null {
  if (args.length === 0) return 1;
  const [, given] = /^--workers(?:=| )(\d+)$/.exec(args.join(" ")) ?? [];
  const count = Number(given);
  return count >= 1 && count <= MOST_WORKERS ? count : null;
}

/**
 * Refuses what several processes cannot share.
 *
 * @throws {Refusal}
 */
export function requireShareable({ databaseUrl, host }: Pick<Settings, "databaseUrl" | "host">): void {
  if (databaseUrl === "sqlite::memory:") {
    throw new Refusal("a database in memory has one process; leave out --workers, or choose another DATABASE_URL");
  }
  if (host.includes("/")) throw new Refusal("a Unix socket has one process; leave out --workers, or set HOST and PORT");
}

/** Whether this process is one of several, started by {@link serveByWorkers}. */
export const isWorker: boolean = cluster.isWorker;

/** Tells the first process that this one serves, which prints the welcome of the first of them. */
export function tellReady(welcome: string): void {
  process.send?.({ welcome } satisfies Ready);
}

/** Lets this process end, once it has nothing more to do: else its channel to the first process holds it. */
export function leave(): void {
  process.channel?.unref();
}

/**
 * Serves by several processes that share a port: Node's cluster, whose first process accepts connections and hands them out in turn. The
 * first worker starts alone, so that a fault of the start is told once, and the database is migrated once. One that ends by itself is
 * replaced. When the first process is killed, the others end.
 *
 * @param output gets the welcome of the first worker
 * @returns the exit code: 0 when all have stopped with all requests finished
 */
export async function serveByWorkers(
  count: number,
  stop: AbortSignal,
  output: { write(text: string): void },
): Promise<number> {
  const workers = new Set<Worker>();
  const places = new Map<Worker, number>();
  let code = 0;
  const start = async (): Promise<boolean> => {
    const place = firstFree([...places.values()]);
    const worker = cluster.fork(metricsAt(place));
    places.set(worker, place);
    workers.add(worker);
    const ready = Promise.withResolvers<boolean>();
    worker.once("message", ({ welcome }: Ready) => {
      if (workers.size === 1) output.write(welcome.replace(/^( {2}stop )/m, `  workers        ${count} processes\n$1`));
      ready.resolve(true);
    });
    worker.once("exit", (ended, signal) => {
      workers.delete(worker);
      places.delete(worker);
      // By the signal itself ends who has not begun to serve: it has left nothing undone.
      if (stop.aborted && signal !== "SIGTERM") code ||= ended ?? 1;
      ready.resolve(false);
      worker.emit("gone", ended, signal);
    });
    if (stop.aborted) worker.process.kill("SIGTERM");
    const serves = await ready.promise;
    if (serves) worker.once("gone", (ended, signal) => void replace(signal ?? ended));
    return serves;
  };
  const replace = async (how: unknown): Promise<void> => {
    if (stop.aborted) return;
    process.stderr.write(`kudos: a worker has ended (${how}); another one starts\n`);
    do await sleep(PAUSE_MS, undefined, { ref: true });
    while (!stop.aborted && !(await start()));
  };

  stop.addEventListener("abort", () => {
    for (const worker of workers) worker.process.kill("SIGTERM");
  });
  // What is wrong with the start, the worker has told.
  if (!(await start())) return stop.aborted ? code : 1;
  const others = Array.from({ length: count - 1 }, async () => {
    if (!(await start())) void replace("at its start");
  });
  await Promise.all(others);
  if (!stop.aborted) await once(stop, "abort");
  while (workers.size > 0) await Promise.all([...workers].map((worker) => once(worker, "exit")));
  return code;
}

/** The environment of a worker, whose measurements are its own: the first has them at METRICS_PORT, the others at the ports after it. */
function metricsAt(place: number): NodeJS.ProcessEnv {
  const port = Number(process.env.METRICS_PORT || 0);
  return port === 0 ? {} : { METRICS_PORT: String(port + place) };
}

/** The least whole number that is not taken. */
function firstFree(taken: readonly number[]): number {
  let free = 0;
  while (taken.includes(free)) free += 1;
  return free;
}
