import type { ExecutionContext } from "ava";

/** The number of tests in one process that have a server at the same time. More of them would only delay each other. */
const PLACES = 4;

let free = PLACES;
const waiting: (() => void)[] = [];
const placed = new WeakSet<ExecutionContext>();

/** Waits for one of the {@link PLACES}, and keeps it until the test ends. A test that has one gets no second. */
export async function takePlace(t: ExecutionContext): Promise<void> {
  if (placed.has(t)) return;
  placed.add(t);
  if (free > 0) free -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  // Teardowns run in reverse order: the server of the test has stopped before this one runs.
  t.teardown(() => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  });
}
