import type { LoadProcess } from "../load-process.ts";
import { ratio, type Spread, spread } from "../statistics.ts";
import { WORKS } from "../works.ts";
import { DATABASES, type DatabaseName, type Stored, type Subject, startOn } from "./subjects.ts";
import { type Asked, type Turn, takeTurn } from "./turn.ts";
import { STORAGE_WORKS } from "./works.ts";

/** The bounds of a run. */
export interface StorageEffort {
  readonly rounds: number;
  readonly mostRequests: number;
  readonly mostMs: number;
  readonly warmUpMs: number;
}

/** What goes with each measurement: the load, its bounds, and `next`, which tells of a turn and throws when the run is to end. */
export interface Run {
  readonly load: LoadProcess;
  readonly effort: StorageEffort;
  readonly next: (text: string) => void;
}

/** What one work costs on one database. */
export interface Cost {
  /** Microseconds of CPU time per request of the server, and of PostgreSQL for it: null where there is none, or where it is not known. */
  readonly server: Spread;
  readonly database: Spread | null;
  /** Milliseconds. */
  readonly p50: Spread;
}

/** What a work costs on a small and on a large database. */
export interface Flatness {
  readonly work: string;
  readonly database: DatabaseName;
  readonly small: Cost;
  readonly large: Cost;
  /** Large as a multiple of small: the CPU time of both sides together, and the median latency. */
  readonly cpu: Spread;
  readonly latency: Spread;
}

/** What a work costs on PostgreSQL and on SQLite, both large. */
export interface Parity {
  readonly work: string;
  readonly postgresql: Cost;
  readonly sqlite: Cost;
  /** The CPU time of the server on PostgreSQL as a multiple of that on SQLite. */
  readonly cpu: Spread;
}

/**
 * The tokens that are asked for in turn with an empty memory, the requests of a load, in which no token comes twice, and the loads of a turn.
 * V8 is done with optimising that path only after some 30,000 requests.
 */
const COLD = { tokens: 1_000, requests: 800, parts: 7, warmUpParts: 40 };

/** The tokens of one turn in which each comes once, more than a server has principals in memory. */
const ONCE = 15_000;

const GROWING = ["test-hot", "test-cold", "articles", "articles-late", "likes-first", "likes-late", "like-16"];

const COLD_TITLES: Readonly<Record<string, string>> = {
  "test-cold": "GET /api/test, 1000 tokens, not in memory",
  "test-once": "GET /api/test, always another token",
};

/** Measures all works on both databases in both sizes, in turn; and how reads by token compare between the databases. */
export async function compareDatabases(
  { small, large }: { readonly small: Stored; readonly large: Stored },
  run: Run,
): Promise<{ flatness: Flatness[]; parity: Parity[] }> {
  const subjects: Record<string, Subject> = {};
  try {
    for (const database of DATABASES) {
      run.next(`starting servers on ${database}`);
      subjects[`${database} small`] = await startOn(database, small);
      subjects[`${database} large`] = await startOn(database, large);
    }
    const flatness: Flatness[] = [];
    const parity: Parity[] = [];
    for (const work of GROWING) {
      const turns = await measure(work, subjects, run);
      flatness.push(...DATABASES.map((database) => flatnessOf(work, database, turns)));
      if (work.startsWith("test-")) parity.push(parityOf(work, turns));
    }
    const { "PostgreSQL large": postgresql, "SQLite large": sqlite } = subjects;
    if (postgresql && sqlite) {
      const turns = await measure("test-once", { "PostgreSQL large": postgresql, "SQLite large": sqlite }, run);
      parity.push(parityOf("test-once", turns));
    }
    return { flatness, parity };
  } finally {
    for (const { server } of Object.values(subjects)) await server.stop();
  }
}

type Turns = Readonly<Record<string, Turn[]>>;

/** The turns of each subject with a work: in each round one after the other, so that a slow moment hits them all. */
async function measure(
  work: string,
  subjects: Readonly<Record<string, Subject>>,
  { load, effort, next }: Run,
): Promise<Turns> {
  const turns: Record<string, Turn[]> = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  for (let round = 0; round <= effort.rounds; round += 1) {
    for (const [name, subject] of Object.entries(subjects)) {
      next(`${titleOf(work)}, round ${round} of ${effort.rounds}: ${name}`);
      const mostMs = round === 0 ? effort.warmUpMs : effort.mostMs;
      const turn = await takeTurn(subject, asked(work, subject, round, { ...effort, mostMs }), load);
      // The first round warms up.
      if (round > 0) turns[name]?.push(turn);
    }
  }
  return turns;
}

function asked(
  work: string,
  { fixture: { tokens } }: Subject,
  round: number,
  { mostRequests, mostMs }: StorageEffort,
): Asked {
  if (work === "test-cold") {
    // From all over the table: the ids of tokens are random.
    const few = tokens
      .filter((_, index) => index % Math.floor(tokens.length / COLD.tokens) === 0)
      .slice(0, COLD.tokens);
    return {
      work: "test",
      tokens: few,
      mostRequests: COLD.requests,
      mostMs,
      parts: round === 0 ? COLD.warmUpParts : COLD.parts,
    };
  }
  if (work === "test-once") {
    const first = (round * ONCE) % Math.max(1, tokens.length - ONCE);
    const own = tokens.slice(first, first + ONCE);
    return { work: "test", tokens: own, mostRequests: own.length * 0.8, mostMs: 4 * mostMs };
  }
  return { work, tokens: tokens.slice(0, COLD.tokens), mostRequests, mostMs };
}

function titleOf(name: string): string {
  return COLD_TITLES[name] ?? [...WORKS, ...STORAGE_WORKS].find((work) => work.name === name)?.title ?? name;
}

function flatnessOf(work: string, database: DatabaseName, turns: Turns): Flatness {
  const small = turns[`${database} small`] ?? [];
  const large = turns[`${database} large`] ?? [];
  const p50 = (list: readonly Turn[]) => list.map((turn) => turn.p50);
  return {
    work: titleOf(work),
    database,
    small: costOf(small),
    large: costOf(large),
    cpu: ratio(large.map(cpuPerRequest), small.map(cpuPerRequest)),
    latency: ratio(p50(large), p50(small)),
  };
}

function parityOf(work: string, turns: Turns): Parity {
  const postgresql = turns["PostgreSQL large"] ?? [];
  const sqlite = turns["SQLite large"] ?? [];
  const cpu = ratio(postgresql.map(serverPerRequest), sqlite.map(serverPerRequest));
  return { work: titleOf(work), postgresql: costOf(postgresql), sqlite: costOf(sqlite), cpu };
}

function costOf(turns: readonly Turn[]): Cost {
  const database = turns.map(({ databaseCpu, requests }) => databaseCpu / requests);
  return {
    server: spread(turns.map(serverPerRequest)),
    database: database.some(Number.isNaN) ? null : spread(database),
    p50: spread(turns.map(({ p50 }) => p50)),
  };
}

/** Microseconds of the server for one request. */
export function serverPerRequest({ serverCpu, requests }: Turn): number {
  return serverCpu / requests;
}

/** The same with those of PostgreSQL, where they are known. */
function cpuPerRequest({ serverCpu, databaseCpu, requests }: Turn): number {
  return (serverCpu + (Number.isNaN(databaseCpu) ? 0 : databaseCpu)) / requests;
}
