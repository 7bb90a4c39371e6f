// The process that makes the load: it takes an order by IPC, answers its figures, and waits for the next.
import { drive } from "./load-connection.ts";
import type { Figures, Order } from "./load-process.ts";
import { percentile } from "./statistics.ts";
import { drivePipelined } from "./storage/pipelined-connection.ts";
import { STORAGE_WORKS } from "./storage/works.ts";
import { GENERATED, WORKS } from "./works.ts";

async function run({
  work,
  connections: given,
  url,
  tokens,
  entityTag,
  mostRequests,
  mostMs,
}: Order): Promise<Figures> {
  const found = [...WORKS, GENERATED, ...STORAGE_WORKS].find(({ name }) => name === work);
  if (found === undefined) throw new Error(`There is no work ${work}.`);
  const { unit, steps, pipelined } = found;
  const connections = given ?? found.connections;
  const times: number[] = [];
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  let units = 0;
  const going = () => {
    if (units * unit >= mostRequests || performance.now() - start > mostMs) return false;
    units += 1;
    return true;
  };
  const drives = Array.from({ length: connections }, (_, connection) =>
    (pipelined ? drivePipelined : drive)({
      port: Number(new URL(url).port),
      steps: steps(tokens, { connection, connections, entityTag }),
      unit,
      going,
      onAnswer: (ms) => times.push(ms),
    }),
  );
  await Promise.all(drives);
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpu = user + system;
  return { requests: times.length, seconds, p50: percentile(times, 0.5), p99: percentile(times, 0.99), cpu };
}

process.on("message", (order: Order) => {
  run(order).then(
    (figures) => process.send?.({ figures }),
    (error: Error) => process.send?.({ failure: error.message }),
  );
});
process.on("disconnect", () => process.exit());
