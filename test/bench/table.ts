import type { Growth } from "./growth.ts";
import type { Report } from "./report.ts";
import { KUDOS, RIVAL, SERVERS } from "./servers.ts";
import type { Spread } from "./statistics.ts";

const NAMES = SERVERS.map(({ name }) => name);

/** A report for people: tables in Markdown, which are also readable as they are. */
export function describeReport(report: Report): string {
  const { machine, rounds, proven, signIns } = report;
  return [
    `${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)} before the run, Node ${machine.node}, ` +
      `${machine.date}; ${rounds} rounds in turn. All servers gave the same ${proven} answers.`,
    "CPU µs per request of all processes of the server: median ± half of the spread. × is the ratio of Kudos to Fastify, and to the floor.",
    works(report),
    "p50 / p99 in ms, as the client saw them",
    latencies(report),
    "Memory in MiB, start in ms",
    footprint(report),
    "Sign-ins at full password cost",
    describeSignIns(signIns),
  ].join("\n\n");
}

function works({ works }: Report): string {
  const rows = works.map(({ title, connections, servers, toRival, toFloor }) => [
    title,
    String(connections),
    ...NAMES.map((name) => plusMinus(servers[name]?.cpu)),
    plusMinus(toRival[KUDOS], 2),
    plusMinus(toFloor, 2),
  ]);
  return table(["work", "connections", ...NAMES, `× ${RIVAL}`, "× floor"], rows);
}

function latencies({ works }: Report): string {
  const rows = works.map(({ title, connections, servers }) => [
    title,
    String(connections),
    ...NAMES.map((name) => `${servers[name]?.p50.median.toFixed(2)} / ${servers[name]?.p99.median.toFixed(2)}`),
  ]);
  return table(["work", "connections", ...NAMES], rows);
}

function footprint({ starts, peakMemory }: Report): string {
  const compared = (figureOf: (name: string) => number | undefined) =>
    ((figureOf(KUDOS) ?? Number.NaN) / (figureOf(RIVAL) ?? Number.NaN)).toFixed(2);
  const resident = (name: string) => starts[name]?.resident.median;
  const firstAnswer = (name: string) => starts[name]?.firstAnswer.median;
  const firstChecked = (name: string) => starts[name]?.firstChecked.median;
  const peak = (name: string) => peakMemory[name];
  const row = (title: string, figureOf: typeof peak) => [
    title,
    ...NAMES.map((name) => (figureOf(name) ?? Number.NaN).toFixed(0)),
    compared(figureOf),
  ];
  return table(
    ["", ...NAMES, `× ${RIVAL}`],
    [
      row("resident a second after the first answer", resident),
      row("peak after all works, which has no sign-in", peak),
      row("start to first answer, by token", firstAnswer),
      row("first request with something to check", firstChecked),
    ],
  );
}

function describeSignIns(signIns: Report["signIns"]): string {
  const { quiet, busy, p99Ratio, inFlight, loginsPerSecond, hashesPerSecond, flood } = signIns;
  const times = ({ p50, p99 }: typeof quiet) => `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;
  const share = (loginsPerSecond / hashesPerSecond).toFixed(2);
  return table(
    ["", ""],
    [
      ["GET /api/test, quiet", times(quiet)],
      [`GET /api/test, ${inFlight} logins in flight`, `${times(busy)}: p99 × ${p99Ratio.toFixed(2)}`],
      [
        "logins a second",
        `${loginsPerSecond.toFixed(2)} = ${share} × the ${hashesPerSecond.toFixed(2)} hashes that the cores can do`,
      ],
      [`${flood.logins} logins at once`, `${JSON.stringify(flood.statuses)} in ${flood.seconds.toFixed(1)} s`],
      ["one more login afterwards", String(flood.after)],
      ["peak memory of Kudos after that", `${signIns.peakMiB.toFixed(0)} MiB`],
    ],
  );
}

/** The growths as a table: the CPU time at each size. */
export function describeGrowth(growths: readonly Growth[]): string {
  const rows = growths.map(({ grows, work, sizes, factor }) => [
    `${work}, by ${grows}`,
    sizes.map(({ size, cpu }) => `${size}: ${plusMinus(cpu)}`).join(", "),
    factor.toFixed(2),
  ]);
  return table(["work", "CPU µs per request by size", "most ÷ first"], rows);
}

/** A median with half of the spread beside it; empty for none. */
export function plusMinus(value: Spread | undefined, digits = 0): string {
  if (value === undefined) return "";
  return `${value.median.toFixed(digits)} ± ${((value.most - value.least) / 2).toFixed(digits)}`;
}

/** A table in Markdown, with columns of even width. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0), 3));
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? "")[column === 0 ? "padEnd" : "padStart"](width)).join(" | ")} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}
