import { writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { makeFixture, removeFixture } from "./fixture.ts";
import { type Growth, measureGrowth } from "./growth.ts";
import { startLoadProcess } from "./load-process.ts";
import { type Effort, measureStarts, measureWorks, peakMemory } from "./measure.ts";
import { drawReport } from "./picture.ts";
import { proveAlike } from "./proof.ts";
import { type Machine, type Report, reportStarts, reportWorks } from "./report.ts";
import { type RunningServer, SERVERS, startServer } from "./servers.ts";
import { measureSignIns, type SignInEffort } from "./sign-ins.ts";
import type { StorageEffort } from "./storage/comparison.ts";
import { measureStorage } from "./storage/measure-storage.ts";
import { CannotMeasure } from "./storage/postgresql.ts";
import type { StorageReport } from "./storage/report.ts";
import { describeStorage } from "./storage/table.ts";
import { describeGrowth, describeReport } from "./table.ts";

interface Size {
  readonly starts: number;
  readonly likers: number;
  readonly works: Effort;
  readonly signIns: SignInEffort;
  readonly storage: StorageEffort;
  /** The greatest sizes of growth, and of a database. */
  readonly growth: { readonly likes: number; readonly tokens: number };
}

const FULL: Size = {
  starts: 5,
  likers: 100,
  works: { rounds: 5, mostRequests: 30_000, mostMs: 1_000, warmUpRequests: 5_000, warmUpMs: 10_000 },
  signIns: { quietMs: 5_000, inFlight: 40, logins: 120, flood: 500 },
  storage: { rounds: 5, mostRequests: 30_000, mostMs: 500, warmUpMs: 1_500 },
  growth: { likes: 1_000_000, tokens: 100_000 },
};

/** For trying the bench out: its figures mean nothing. */
const QUICK: Size = {
  starts: 1,
  likers: 20,
  works: { rounds: 2, mostRequests: 300, mostMs: 500, warmUpRequests: 100, warmUpMs: 500 },
  signIns: { quietMs: 500, inFlight: 4, logins: 4, flood: 8 },
  storage: { rounds: 2, mostRequests: 300, mostMs: 200, warmUpMs: 200 },
  growth: { likes: 10_000, tokens: 1_000 },
};

const CONNECTIONS = 32;
const PICTURE = new URL("picture.svg", import.meta.url);
const HELP = `npm run bench -- [--growth | --storage] [--quick] [--json]

Compares Kudos with the same API on bare node:http, Fastify, Hono and Express: CPU time, latency, memory, start.
Takes about ten minutes, and is exact only on a machine that does nothing else.

  --growth  instead: whether Kudos takes longer with more operations, likes, tokens or connections
  --storage instead: what Kudos costs on PostgreSQL beside SQLite, with 1,000 times the rows, and with two workers; in six minutes.
            It needs a PostgreSQL server, TEST_DATABASE_URL or the one on this machine, and makes databases of its own there
  --quick   few requests, in a minute: shows that the bench works, and draws no picture
  --json    prints the report for machines
`;

function showProgress(text: string): void {
  // One line that is written over: back to its start, the text, the rest of the line cleared.
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K`);
}

function describeMachine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    cpu: cpus()[0]?.model ?? "",
    cores: availableParallelism(),
    load: loadavg()[0] ?? 0,
  };
}

async function bench(size: Size, progress: (text: string) => void): Promise<Report> {
  const machine = describeMachine();
  progress("making the database");
  const fixture = await makeFixture({ tokens: CONNECTIONS, likers: size.likers });
  const load = startLoadProcess();
  const servers: RunningServer[] = [];
  try {
    const starts = reportStarts(await measureStarts(fixture, size.starts, progress));
    for (const kind of SERVERS) servers.push(await startServer(kind, fixture));
    progress("proving that all servers answer alike");
    const proven = await proveAlike(servers, fixture);
    const works = reportWorks(await measureWorks(servers, fixture, load, size.works, progress));
    const peaks = await peakMemory(servers);
    for (const server of servers.splice(0)) await server.stop();
    const signIns = await measureSignIns(fixture, size.signIns, progress);
    return { machine, rounds: size.works.rounds, proven, works, starts, peakMemory: peaks, signIns };
  } finally {
    load.stop();
    for (const server of servers) await server.stop();
    await removeFixture(fixture);
    progress("");
  }
}

async function growth(size: Size, progress: (text: string) => void): Promise<Growth[]> {
  const load = startLoadProcess();
  try {
    return await measureGrowth(load, size.works, size.growth, progress);
  } finally {
    load.stop();
    progress("");
  }
}

async function storage(size: Size, progress: (text: string) => void): Promise<StorageReport> {
  const machine = describeMachine();
  const load = startLoadProcess();
  try {
    return await measureStorage(machine, load, size.growth, size.storage, progress);
  } finally {
    load.stop();
    progress("");
  }
}

const { quick, json, help, ...other } = parseArgs({
  options: {
    growth: { type: "boolean" },
    storage: { type: "boolean" },
    quick: { type: "boolean" },
    json: { type: "boolean" },
    help: { type: "boolean" },
  },
}).values;
const size = quick ? QUICK : FULL;

if (help) process.stdout.write(HELP);
else if (other.growth) {
  const growths = await growth(size, showProgress);
  console.log(json ? JSON.stringify(growths, null, 2) : describeGrowth(growths));
} else if (other.storage) {
  try {
    const report = await storage(size, showProgress);
    console.log(json ? JSON.stringify(report, null, 2) : describeStorage(report));
  } catch (error) {
    if (!(error instanceof CannotMeasure)) throw error;
    console.error(`npm run bench -- --storage: ${error.message}`);
    process.exitCode = 1;
  }
} else {
  const report = await bench(size, showProgress);
  if (!quick) await writeFile(PICTURE, drawReport(report));
  console.log(json ? JSON.stringify(report, null, 2) : describeReport(report));
}
