/**
 * The least time of the processor that each piece of work has taken, in milliseconds, of several rounds taken in turns. Whatever else
 * the process does only ever adds.
 */
export async function leastWork(
  works: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<Record<string, number>> {
  const least: Record<string, number> = {};
  for (let round = 0; round < 10; round += 1) {
    for (const [name, work] of Object.entries(works)) {
      const before = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(before);
      least[name] = Math.min(least[name] ?? Number.POSITIVE_INFINITY, (user + system) / 1000);
    }
  }
  return least;
}
