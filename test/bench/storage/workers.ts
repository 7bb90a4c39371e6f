import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ratio, type Spread, spread } from "../statistics.ts";
import { type Run, serverPerRequest } from "./comparison.ts";
import { DATABASES, type DatabaseName, type Stored, type Subject, startOn } from "./subjects.ts";
import { type Turn, takeTurn, total } from "./turn.ts";
import { STORAGE_WORKS } from "./works.ts";

/** What two workers do beside one process. */
export interface Scaling {
  readonly work: string;
  readonly database: DatabaseName;
  readonly one: Throughput;
  readonly two: Throughput;
  /** Requests a second of two workers as a multiple of those of one process, as measured: the load and PostgreSQL use the same cores. */
  readonly measured: Spread;
  /**
   * The same by CPU time: the requests that two cores have time for when nothing else runs on them, the workers as unevenly busy as they
   * were, as a multiple of those that one process answered in a second.
   */
  readonly byCpu: Spread;
}

export interface Throughput {
  readonly perSecond: Spread;
  /** Microseconds of CPU time of the server per request. */
  readonly cpu: Spread;
  /** The cores that were busy, with the server, PostgreSQL (NaN when that is not known) and the load: 2 is both of two all the time. */
  readonly cores: { readonly server: number; readonly database: number; readonly load: number };
  /** How evenly the two workers were busy: 1 is evenly, 0.5 is one alone. */
  readonly balance: number;
}

const WORKS = ["test-pipelined", "articles-pipelined"];
const WORKERS = 2;

/** Measures two workers beside one process, in turn, on both databases. */
export async function measureWorkers(stored: Stored, run: Run): Promise<Scaling[]> {
  const scalings: Scaling[] = [];
  for (const database of DATABASES) {
    run.next(`starting workers on ${database}`);
    const subjects: Subject[] = [];
    try {
      for (const args of [[], ["--workers", String(WORKERS)]]) subjects.push(await startOn(database, stored, args));
      for (const name of WORKS) scalings.push(await scale(name, database, subjects, run));
    } finally {
      for (const { server } of subjects) await server.stop();
    }
  }
  return scalings;
}

async function scale(
  name: string,
  database: DatabaseName,
  subjects: readonly Subject[],
  { load, effort, next }: Run,
): Promise<Scaling> {
  const work = STORAGE_WORKS.find((candidate) => candidate.name === name)?.title ?? name;
  const turns: Turn[][] = subjects.map(() => []);
  for (let round = 0; round <= effort.rounds; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      next(
        `${work} on ${database}, round ${round} of ${effort.rounds}: ${index === 0 ? "one process" : "two workers"}`,
      );
      const tokens = subject.fixture.tokens.slice(0, 100);
      // As many requests as come in that time.
      const mostMs = round === 0 ? 2 * effort.warmUpMs : 2 * effort.mostMs;
      const turn = await takeTurn(
        subject,
        { work: name, tokens, mostRequests: Number.POSITIVE_INFINITY, mostMs },
        load,
      );
      if (round > 0) turns[index]?.push(turn);
    }
  }
  const [one = [], two = []] = turns;
  return {
    work,
    database,
    one: throughputOf(one),
    two: throughputOf(two),
    measured: ratio(two.map(perSecond), one.map(perSecond)),
    byCpu: ratio(
      two.map((turn) => (WORKERS * balanceOf(turn) * 1e6) / serverPerRequest(turn)),
      one.map(perSecond),
    ),
  };
}

function throughputOf(turns: readonly Turn[]): Throughput {
  const cores = (key: "serverCpu" | "databaseCpu" | "loadCpu") =>
    spread(turns.map((turn) => turn[key] / turn.seconds / 1e6)).median;
  return {
    perSecond: spread(turns.map(perSecond)),
    cpu: spread(turns.map(serverPerRequest)),
    cores: { server: cores("serverCpu"), database: cores("databaseCpu"), load: cores("loadCpu") },
    balance: spread(turns.map(balanceOf)).median,
  };
}

function perSecond({ requests, seconds }: Turn): number {
  return requests / seconds;
}

function balanceOf({ ofProcesses }: Turn): number {
  // The first process hands out connections and does nothing else.
  const busiest = ofProcesses.toSorted((one, other) => other - one).slice(0, WORKERS);
  return total(busiest) / (WORKERS * (busiest[0] ?? Number.NaN));
}

/** How much more two processes compute than one, each of which needs nothing but a core: the most that workers could gain here. */
export async function measureCores({ effort, next }: Run): Promise<Spread> {
  const spin = async () => {
    const program = fileURLToPath(new URL("spin.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program, String(effort.mostMs)]);
    return Number(stdout);
  };
  const gains: number[] = [];
  for (let round = 1; round <= effort.rounds; round += 1) {
    next(`two processes beside one, round ${round} of ${effort.rounds}`);
    const alone = await spin();
    gains.push(total(await Promise.all([spin(), spin()])) / alone);
  }
  return spread(gains);
}
