import type { LoadProcess } from "../load-process.ts";
import { cpuTimes } from "../process-tree.ts";
import type { Subject } from "./subjects.ts";

/** What a server needed in one turn. */
export interface Turn {
  readonly requests: number;
  /** Seconds in which the requests were sent. */
  readonly seconds: number;
  /** Milliseconds from request to answer. */
  readonly p50: number;
  /** Microseconds of CPU time of all processes of the server, of PostgreSQL for it (NaN when that is not known) and of the load. */
  readonly serverCpu: number;
  readonly databaseCpu: number;
  readonly loadCpu: number;
  /** Microseconds of CPU time of each process of the server. */
  readonly ofProcesses: readonly number[];
}

export interface Asked {
  /** The name of a work, and the tokens of its requests: all of the fixture when left out. */
  readonly work: string;
  readonly tokens?: readonly string[] | undefined;
  /** The bounds of one load; `requests` of each part if there are several. */
  readonly mostRequests: number;
  readonly mostMs: number;
  /** The number of loads, one after the other: before each the server is made to forget the principals that it knows. */
  readonly parts?: number;
}

/** Has a server do some work, and measures it. */
export async function takeTurn(
  { server, fixture, forget, databaseCpu }: Subject,
  { work, tokens, mostRequests, mostMs, parts }: Asked,
  load: LoadProcess,
): Promise<Turn> {
  const { folder: _folder, secretKey: _secretKey, ...known } = fixture;
  const order = { work, url: server.url, entityTag: "", mostRequests, mostMs };
  const own = { ...known, tokens: tokens ?? known.tokens };
  let sum = { requests: 0, seconds: 0, loadCpu: 0 };
  const medians: number[] = [];
  await forget();
  const databaseBefore = await databaseCpu();
  const before = await cpuTimes(server.pid);
  for (let part = 0; part < (parts ?? 1); part += 1) {
    if (part > 0) await forget();
    const { requests, seconds, p50, cpu } = await load.run({ ...order, tokens: own });
    sum = { requests: sum.requests + requests, seconds: sum.seconds + seconds, loadCpu: sum.loadCpu + cpu };
    medians.push(p50);
  }
  const ofProcesses = differences(before, await cpuTimes(server.pid));
  const databaseAfter = await databaseCpu();
  return {
    ...sum,
    p50: medians.reduce((one, other) => one + other, 0) / medians.length,
    serverCpu: total(ofProcesses),
    databaseCpu: databaseAfter === null ? Number.NaN : total(differences(databaseBefore ?? new Map(), databaseAfter)),
    ofProcesses,
  };
}

/** What each process has used since; those that are new, from their start. */
function differences(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number[] {
  return [...after].map(([pid, time]) => time - (before.get(pid) ?? 0));
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
