import { setImmediate } from "node:timers/promises";
import ava, { type TestFn } from "ava";

/** The number of tests of one process that run at the same time. ava starts all of a process at once, and each would delay the others. */
const AT_ONCE = 6;

let free = AT_ONCE;
const waiting: (() => void)[] = [];

/** A test that waits for its turn. */
function bounded<Args extends unknown[], Result>(implementation: (...args: Args) => Result) {
  return async (...args: Args): Promise<Awaited<Result>> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    // A turn of its own: tests that only compute would follow each other without a pause, and servers in this process would not answer.
    await setImmediate();
    try {
      return await implementation(...args);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

/** `test` and `test.skip` of ava with bounded implementations; hooks and serial tests, which ava runs one by one, as they are. */
const test: TestFn = new Proxy(ava, {
  apply: (target, self, args: unknown[]) =>
    Reflect.apply(
      target,
      self,
      args.map((arg) => (typeof arg === "function" ? bounded(arg as (...given: unknown[]) => unknown) : arg)),
    ),
});

export default test;
