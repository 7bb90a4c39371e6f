import { ARTICLES, type Fixture, makeFixture, removeFixture } from "./fixture.ts";
import type { LoadProcess } from "./load-process.ts";
import { type Effort, measureRound } from "./measure.ts";
import { KUDOS, type RunningServer, SERVERS, type ServerKind, startServer } from "./servers.ts";
import { type Spread, spread } from "./statistics.ts";
import { GENERATED, WORKS, type Work } from "./works.ts";

/** How the CPU time of Kudos changes while something grows: it should not. */
export interface Growth {
  readonly grows: string;
  readonly work: string;
  readonly sizes: readonly {
    readonly size: number;
    /** Microseconds per request. */
    readonly cpu: Spread;
  }[];
  /** The greatest median as a multiple of that of the least size. */
  readonly factor: number;
}

/** A server of some size, and how it is asked. */
interface Subject {
  readonly size: number;
  readonly server: RunningServer;
  readonly fixture: Fixture;
  readonly connections: number;
}

/** Something that grows, the works that could suffer from it, and a server for each size. */
interface Axis {
  readonly grows: string;
  readonly sizes: readonly number[];
  readonly works: readonly string[];
  readonly start: (size: number) => Promise<Subject>;
}

type Progress = (text: string) => void;

const SMALL = { tokens: 32, likers: 20 };

/** The sizes end at `most` of each kind. */
export async function measureGrowth(
  load: LoadProcess,
  effort: Effort,
  most: { readonly likes: number; readonly tokens: number },
  progress: Progress,
): Promise<Growth[]> {
  const growths: Growth[] = [];
  for (const axis of axes(most)) {
    const subjects: Subject[] = [];
    try {
      for (const size of axis.sizes) {
        progress(`growth: a server with ${size} ${axis.grows}`);
        subjects.push(await axis.start(size));
      }
      for (const name of axis.works) {
        const work = [...WORKS, GENERATED].find((candidate) => candidate.name === name);
        if (work !== undefined) growths.push(await measureAxis(axis.grows, work, subjects, load, effort, progress));
      }
    } finally {
      for (const { server } of subjects) await server.stop();
      for (const { fixture } of subjects) await removeFixture(fixture);
    }
  }
  return growths;
}

function axes(most: { readonly likes: number; readonly tokens: number }): Axis[] {
  const upTo = (greatest: number, ...sizes: number[]) => sizes.filter((size) => size <= greatest);
  return [
    {
      grows: "operations",
      sizes: [10, 30, 100, 300],
      works: [GENERATED.name],
      start: (size) =>
        start(size, SMALL, { name: "", title: "", command: ["test/bench/generated-contract.ts", String(size)] }),
    },
    {
      grows: "likes",
      sizes: upTo(most.likes, 1_000, 10_000, 100_000, 1_000_000),
      works: ["likes", "articles", "like-16"],
      start: (size) => start(size, { ...SMALL, likers: size / ARTICLES }),
    },
    {
      grows: "live tokens",
      sizes: upTo(most.tokens, 10, 1_000, 10_000, 100_000),
      works: ["test"],
      start: (size) => start(size, { ...SMALL, tokens: size }, undefined, 10),
    },
    {
      grows: "connections",
      sizes: [1, 4, 16, 64, 256],
      works: ["test"],
      start: (size) => start(size, { ...SMALL, tokens: 256 }, undefined, size),
    },
  ];
}

async function start(
  size: number,
  fixtureSize: Parameters<typeof makeFixture>[0],
  kind: ServerKind | undefined = SERVERS.find(({ name }) => name === KUDOS),
  connections = 16,
): Promise<Subject> {
  if (kind === undefined) throw new Error("Kudos is not among the servers.");
  const fixture = await makeFixture(fixtureSize);
  return { size, server: await startServer(kind, fixture), fixture, connections };
}

async function measureAxis(
  grows: string,
  work: Work,
  subjects: readonly Subject[],
  load: LoadProcess,
  effort: Effort,
  progress: Progress,
): Promise<Growth> {
  const times = subjects.map((): number[] => []);
  for (let round = 0; round <= effort.rounds; round += 1) {
    for (const [index, { size, server, fixture, connections }] of subjects.entries()) {
      progress(`growth: ${work.title} with ${size} ${grows}, round ${round} of ${effort.rounds}`);
      const { cpu } = await measureRound(server, { name: work.name, connections }, fixture, load, effort);
      // The first round warms up.
      if (round > 0) times[index]?.push(cpu);
    }
  }
  const sizes = subjects.map(({ size }, index) => ({ size, cpu: spread(times[index] ?? []) }));
  const medians = sizes.map(({ cpu }) => cpu.median);
  return { grows, work: work.title, sizes, factor: Math.max(...medians) / (medians[0] ?? Number.NaN) };
}
