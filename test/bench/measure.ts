import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "./ask.ts";
import type { Fixture } from "./fixture.ts";
import type { LoadProcess } from "./load-process.ts";
import { cpuTime, residentMemory } from "./process-tree.ts";
import { entityTagOf } from "./proof.ts";
import { type RunningServer, SERVERS, startServer } from "./servers.ts";
import { WORKS, type Work } from "./works.ts";

/** The bounds of a run. */
export interface Effort {
  readonly rounds: number;
  readonly mostRequests: number;
  readonly mostMs: number;
  /** The bounds of the load before the first round of a work, which is not measured: long enough for V8 to optimise the slowest server. */
  readonly warmUpRequests: number;
  readonly warmUpMs: number;
}

/** What one server needed for one work: an entry for each round. */
export interface Measured {
  /** Microseconds of CPU time per request, of all its processes. */
  readonly cpu: number[];
  /** Milliseconds. */
  readonly p50: number[];
  readonly p99: number[];
}

/** By the name of the server. */
export type ByServer<Value> = Record<string, Value>;

/** What starting a server needs. */
export interface Start {
  /** Milliseconds from the start of the process to its first answer to `GET /api/test` by token; an entry for each round. */
  readonly firstAnswer: number[];
  /** Milliseconds of the first request with something to check, after that: Kudos loads then what checks it. */
  readonly firstChecked: number[];
  /** MiB that are resident a second after the first answer; an entry for each round. */
  readonly resident: number[];
}

type Progress = (text: string) => void;

/**
 * Starts each server in turn, and stops it again. The first round is not measured: it fills the caches of the file system, and Kudos
 * builds what its pages load.
 */
export async function measureStarts(fixture: Fixture, rounds: number, progress: Progress): Promise<ByServer<Start>> {
  const starts: ByServer<Start> = Object.fromEntries(
    SERVERS.map(({ name }) => [name, { firstAnswer: [], firstChecked: [], resident: [] }]),
  );
  for (let round = 0; round <= rounds; round += 1) {
    for (const kind of SERVERS) {
      progress(`start, round ${round} of ${rounds}: ${kind.name}`);
      const begun = performance.now();
      const server = await startServer(kind, fixture);
      try {
        const headers = { "Authentication-Token": fixture.tokens[0] ?? "" };
        const { status } = await ask(server.url, "/api/test", { headers });
        const firstAnswer = performance.now() - begun;
        if (status !== 200) throw new Error(`${kind.name} answered its first request with ${status}.`);
        await sleep(1_000);
        const resident = await residentMemory(server.pid, "VmRSS");
        const asked = performance.now();
        await entityTagOf(server);
        if (round === 0) continue;
        starts[kind.name]?.firstAnswer.push(firstAnswer);
        starts[kind.name]?.resident.push(resident);
        starts[kind.name]?.firstChecked.push(performance.now() - asked);
      } finally {
        await server.stop();
      }
    }
  }
  return starts;
}

/** Measures all servers with all works: in each round one server after the other, so that a slow moment hits them all. */
export async function measureWorks(
  servers: readonly RunningServer[],
  fixture: Fixture,
  load: LoadProcess,
  effort: Effort,
  progress: Progress,
): Promise<Record<string, ByServer<Measured>>> {
  const results: Record<string, ByServer<Measured>> = {};
  for (const work of WORKS) {
    const measured: ByServer<Measured> = Object.fromEntries(
      servers.map(({ kind }) => [kind.name, { cpu: [], p50: [], p99: [] }]),
    );
    results[work.name] = measured;
    for (let round = 0; round <= effort.rounds; round += 1) {
      for (const server of servers) {
        const turn = round === 0 ? "warming up" : `round ${round} of ${effort.rounds}`;
        progress(`${work.title}, ${work.connections} connections, ${turn}: ${server.kind.name}`);
        const bounds = round === 0 ? { mostRequests: effort.warmUpRequests, mostMs: effort.warmUpMs } : effort;
        const { cpu, p50, p99 } = await measureRound(server, work, fixture, load, bounds);
        if (round === 0) continue;
        measured[server.kind.name]?.cpu.push(cpu);
        measured[server.kind.name]?.p50.push(p50);
        measured[server.kind.name]?.p99.push(p99);
      }
    }
  }
  return results;
}

/** One load on one server, with other connections than those of the work if they are given. */
export async function measureRound(
  server: RunningServer,
  work: Pick<Work, "name"> & { readonly connections?: number },
  { folder: _folder, secretKey: _secretKey, ...tokens }: Fixture,
  load: LoadProcess,
  { mostRequests, mostMs }: Pick<Effort, "mostRequests" | "mostMs">,
) {
  const entityTag = await entityTagOf(server);
  const before = await cpuTime(server.pid);
  const { requests, p50, p99 } = await load.run({
    work: work.name,
    connections: work.connections,
    url: server.url,
    tokens,
    entityTag,
    mostRequests,
    mostMs,
  });
  return { cpu: ((await cpuTime(server.pid)) - before) / requests, p50, p99 };
}

/** The most memory that each server has had resident so far, in MiB. */
export async function peakMemory(servers: readonly RunningServer[]): Promise<ByServer<number>> {
  const peaks = servers.map(async ({ kind, pid }) => [kind.name, await residentMemory(pid, "VmHWM")] as const);
  return Object.fromEntries(await Promise.all(peaks));
}
