import type { ByServer, Measured, Start } from "./measure.ts";
import { FLOOR, KUDOS, RIVAL, SERVERS } from "./servers.ts";
import type { SignIns } from "./sign-ins.ts";
import { ratio, type Spread, spread } from "./statistics.ts";
import { WORKS } from "./works.ts";

/** The result of a run, as `--json` prints it. CPU time in microseconds per request, times in ms, memory in MiB. */
export interface Report {
  readonly machine: Machine;
  readonly rounds: number;
  /** The number of answers that were found alike. */
  readonly proven: number;
  readonly works: readonly WorkReport[];
  readonly starts: ByServer<Readonly<Record<keyof Start, Spread>>>;
  readonly peakMemory: ByServer<number>;
  readonly signIns: SignIns;
}

export interface Machine {
  readonly date: string;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /** The load average of the last minute (processes that run or wait) at the beginning. */
  readonly load: number;
}

export interface WorkReport {
  readonly name: string;
  readonly title: string;
  readonly connections: number;
  readonly servers: ByServer<{ readonly cpu: Spread; readonly p50: Spread; readonly p99: Spread }>;
  /** CPU time of each server as a ratio to Fastify in the same round, and that of Kudos to the floor. */
  readonly toRival: ByServer<Spread>;
  readonly toFloor: Spread;
}

export function reportWorks(measured: Record<string, ByServer<Measured>>): WorkReport[] {
  return WORKS.map(({ name, title, connections }) => {
    const servers = measured[name] ?? {};
    const cpu = (server: string) => servers[server]?.cpu ?? [];
    return {
      name,
      title,
      connections,
      servers: byServer((server) => {
        const { cpu: times = [], p50 = [], p99 = [] } = servers[server] ?? {};
        return { cpu: spread(times), p50: spread(p50), p99: spread(p99) };
      }),
      toRival: byServer((server) => ratio(cpu(server), cpu(RIVAL))),
      toFloor: ratio(cpu(KUDOS), cpu(FLOOR)),
    };
  });
}

export function reportStarts(starts: ByServer<Start>): Report["starts"] {
  return byServer((server) => ({
    firstAnswer: spread(starts[server]?.firstAnswer ?? []),
    firstChecked: spread(starts[server]?.firstChecked ?? []),
    resident: spread(starts[server]?.resident ?? []),
  }));
}

function byServer<Value>(figureOf: (server: string) => Value): ByServer<Value> {
  return Object.fromEntries(SERVERS.map(({ name }) => [name, figureOf(name)]));
}
