import type { Machine } from "../report.ts";
import type { Spread } from "../statistics.ts";
import type { Flatness, Parity } from "./comparison.ts";
import type { Scaling } from "./workers.ts";

/** What was promised, as a multiple. */
export const BOUNDS = {
  /** A large database beside a small one, at most. */
  flat: 1.25,
  /** PostgreSQL beside SQLite, at most. */
  parity: 1.3,
  /** Two workers beside one process, at least. */
  workers: 1.7,
} as const;

/** The result of a run, as `--json` prints it. */
export interface StorageReport {
  readonly machine: Machine;
  readonly postgresql: string;
  readonly rounds: number;
  readonly sizes: Readonly<Record<"small" | "large", { readonly tokens: number; readonly likes: number }>>;
  readonly flatness: readonly (Flatness & { readonly holds: boolean })[];
  readonly parity: readonly (Parity & { readonly holds: boolean })[];
  readonly workers: readonly (Scaling & { readonly holds: boolean; readonly holdsByCpu: boolean })[];
  /** What two processes that only compute gain on this machine. */
  readonly cores: Spread;
}

/** Whether each figure keeps its promise, by the median of its rounds. */
export function judge({
  flatness,
  parity,
  workers,
}: {
  readonly flatness: readonly Flatness[];
  readonly parity: readonly Parity[];
  readonly workers: readonly Scaling[];
}): Pick<StorageReport, "flatness" | "parity" | "workers"> {
  return {
    flatness: flatness.map((one) => ({ ...one, holds: costRatio(one).median <= BOUNDS.flat })),
    parity: parity.map((one) => ({ ...one, holds: one.cpu.median <= BOUNDS.parity })),
    workers: workers.map((one) => ({
      ...one,
      holds: one.measured.median >= BOUNDS.workers,
      holdsByCpu: one.byCpu.median >= BOUNDS.workers,
    })),
  };
}

/** What flatness is judged by: CPU time; latency where the CPU time of PostgreSQL is not known, which does most of the work. */
function costRatio({ database, large, cpu, latency }: Flatness): Spread {
  return database === "PostgreSQL" && large.database === null ? latency : cpu;
}
