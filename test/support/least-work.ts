/**
 * The least processor time of each piece of work in ten rounds, in milliseconds. The least, because other work of the
 * process can only add to it. The pieces take turns, so that all meet the same conditions.
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
