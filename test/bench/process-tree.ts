import { readdir, readFile } from "node:fs/promises";

/** The ticks of a second in /proc/<pid>/stat (USER_HZ), the same on every Linux. */
const TICKS = 100;

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  /** User and system time, in ticks. */
  readonly ticks: number;
}

/** The CPU time that a process and its descendants have used, in microseconds. */
export async function cpuTime(pid: number): Promise<number> {
  return (await cpuTimes(pid)).values().reduce((sum, time) => sum + time, 0);
}

/** The CPU time that a process and each of its descendants has used, by their ids, in microseconds (proc(5): utime, stime). */
export async function cpuTimes(pid: number): Promise<Map<number, number>> {
  return new Map((await processTree(pid)).map((member) => [member.pid, (member.ticks * 1e6) / TICKS]));
}

/** The resident memory of a process and its descendants in MiB: now (VmRSS), or the peak of each so far (VmHWM). */
export async function residentMemory(pid: number, field: "VmRSS" | "VmHWM"): Promise<number> {
  const sizes = (await processTree(pid)).map(async (member) => {
    const status = await readFile(`/proc/${member.pid}/status`, "utf8").catch(() => "");
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function processTree(root: number): Promise<ProcessTimes[]> {
  const all = await processes();
  const tree = all.filter(({ pid }) => pid === root);
  if (tree.length === 0) throw new Error(`The process ${root} has ended.`);
  // The list grows while it is walked: children of children follow their parents.
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

async function processes(): Promise<ProcessTimes[]> {
  const names = await readdir("/proc").catch(() => {
    throw new Error("npm run bench needs Linux: CPU time and memory are read from /proc.");
  });
  const stats = names
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readFile(`/proc/${name}/stat`, "utf8").catch(() => ""));
  return (await Promise.all(stats)).flatMap(parseStat);
}

function parseStat(stat: string): ProcessTimes[] {
  // The name of the program, in parentheses, may hold spaces; the fields after it start with the third.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields.length < 13) return [];
  return [
    { pid: Number.parseInt(stat, 10), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) },
  ];
}
