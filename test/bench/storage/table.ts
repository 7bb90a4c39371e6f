import { plusMinus, table } from "../table.ts";
import type { Cost } from "./comparison.ts";
import { BOUNDS, type StorageReport } from "./report.ts";
import type { Throughput } from "./workers.ts";

/** A report for people: tables in Markdown, which are also readable as they are. */
export function describeStorage(report: StorageReport): string {
  const { machine, rounds, sizes, cores } = report;
  const size = ({ tokens, likes }: (typeof sizes)["small"]) => `${tokens} users with a live token each, ${likes} likes`;
  return [
    `${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} before the run, Node ${machine.node}, ` +
      `PostgreSQL ${report.postgresql}, ${machine.date}; ${rounds} rounds in turn.`,
    `Small: ${size(sizes.small)}. Large: ${size(sizes.large)}.`,
    "CPU is µs per request: of all processes of the server + of PostgreSQL's for its connections; median ± half of the spread. " +
      "Latency is the median in ms at 16 connections. × is a ratio in the same round.",
    `1. Large beside small: CPU at most × ${BOUNDS.flat}`,
    flatness(report),
    `2. PostgreSQL beside SQLite, both large: CPU of the server at most × ${BOUNDS.parity} for reads by token`,
    parity(report),
    `3. Two workers beside one process: requests a second at least × ${BOUNDS.workers} on two cores`,
    scaling(report),
    `The load and PostgreSQL run on the same cores; the columns of cores say how many were busy. "By CPU" is what the two workers' CPU per ` +
      "request leaves two cores time for when nothing else runs there, beside what one process was measured to answer. " +
      `Two processes that only compute do ${plusMinus(cores, 2)} times as much here as one.`,
  ].join("\n\n");
}

function flatness({ flatness }: StorageReport): string {
  const rows = flatness.map(({ work, database, small, large, cpu, latency, holds }) => [
    work,
    database,
    costs(small),
    costs(large),
    plusMinus(cpu, 2),
    `${small.p50.median.toFixed(2)} → ${large.p50.median.toFixed(2)}`,
    plusMinus(latency, 2),
    verdict(holds),
  ]);
  return table(["work", "database", "CPU small", "CPU large", "× CPU", "latency", "× latency", "holds"], rows);
}

function parity({ parity }: StorageReport): string {
  const rows = parity.map(({ work, postgresql, sqlite, cpu, holds }) => [
    work,
    costs(postgresql),
    costs(sqlite),
    plusMinus(cpu, 2),
    `${postgresql.p50.median.toFixed(2)} / ${sqlite.p50.median.toFixed(2)}`,
    verdict(holds),
  ]);
  return table(["work", "PostgreSQL", "SQLite", "×", "latency", "holds"], rows);
}

function scaling({ workers }: StorageReport): string {
  const rows = workers.map(({ work, database, one, two, measured, byCpu, holds, holdsByCpu }) => [
    work,
    database,
    `${plusMinus(one.perSecond)} → ${plusMinus(two.perSecond)}`,
    `${one.cpu.median.toFixed(1)} → ${two.cpu.median.toFixed(1)}`,
    `${busy(one)} → ${busy(two)}`,
    two.balance.toFixed(2),
    plusMinus(measured, 2),
    verdict(holds),
    plusMinus(byCpu, 2),
    verdict(holdsByCpu),
  ]);
  const head = ["work", "database", "requests a second", "CPU", "cores: server + PostgreSQL + load", "balance"];
  return table([...head, "× measured", "holds", "× by CPU", "holds"], rows);
}

function busy({ cores: { server, database, load } }: Throughput): string {
  return [server, Number.isNaN(database) ? 0 : database, load].map((cores) => cores.toFixed(2)).join(" + ");
}

function costs({ server, database }: Cost): string {
  return database === null ? plusMinus(server) : `${plusMinus(server)} + ${plusMinus(database)}`;
}

function verdict(holds: boolean): string {
  return holds ? "yes" : "NO";
}
