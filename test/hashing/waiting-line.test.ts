import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import test from "ava";
import { createWaitingLine } from "../../src/hashing/waiting-line.ts";

const full = () => new Error("full");
/** A line without a limit of time. */
const lineOf = (places: number, capacity: number) =>
  createWaitingLine({ places, capacity, longestWait: 60_000, expected: () => 0, refuse: full });
const task = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, resolve };
};

test("no more than the places work at once, the rest in the order of their coming", async (t) => {
  const line = lineOf(2, 10);
  const gates = [task(), task(), task(), task()];
  const started: number[] = [];
  const done = gates.map((gate, index) =>
    line.run(async () => {
      started.push(index);
      await gate.promise;
      return index;
    }),
  );
  await turn();
  t.deepEqual(started, [0, 1]);
  gates[1]?.resolve();
  await turn();
  t.deepEqual(started, [0, 1, 2]);
  for (const gate of gates) gate.resolve();
  t.deepEqual(await Promise.all(done), [0, 1, 2, 3]);
});

test("a caller is refused when the line is full, and let in when there is room again", async (t) => {
  const line = lineOf(1, 1);
  const gate = task();
  const first = line.run(() => gate.promise);
  const second = line.run(async () => "second");
  await t.throwsAsync(
    line.run(async () => "third"),
    { message: "full" },
  );
  gate.resolve();
  await first;
  t.is(await second, "second");
  t.is(await line.run(async () => "fourth"), "fourth");
});

test("an aborted signal takes a waiting caller out of the line", async (t) => {
  const line = lineOf(1, 1);
  const gate = task();
  const first = line.run(() => gate.promise);
  const controller = new AbortController();
  const left = line.run(async () => t.fail(), controller.signal);
  controller.abort(new Error("gone"));
  await t.throwsAsync(left, { message: "gone" });
  await t.throwsAsync(
    line.run(async () => t.fail(), controller.signal),
    { message: "gone" },
  );
  const next = line.run(async () => "next");
  gate.resolve();
  await first;
  t.is(await next, "next");
});

test("an aborted signal does not disturb work that has begun, nor its place", async (t) => {
  const line = lineOf(1, 0);
  const gate = task();
  const controller = new AbortController();
  const work = line.run(async () => {
    await gate.promise;
    return "done";
  }, controller.signal);
  controller.abort();
  await t.throwsAsync(
    line.run(async () => undefined),
    { message: "full" },
  );
  gate.resolve();
  t.is(await work, "done");
});

test("work that fails frees its place", async (t) => {
  const line = lineOf(1, 0);
  await t.throwsAsync(
    line.run(async () => {
      throw new Error("broken");
    }),
    { message: "broken" },
  );
  t.is(await line.run(async () => 1), 1);
});

test("a caller who would wait too long is refused with the length of the line, and let in when it is shorter", async (t) => {
  let expected = 1_000;
  const refuse = (through: number) => new Error(`through in ${through}`);
  const line = createWaitingLine({ places: 2, capacity: 10, longestWait: 1_500, expected: () => expected, refuse });
  const gates = Array.from({ length: 5 }, task);
  const done = gates.map((gate) => line.run(() => gate.promise));
  await t.throwsAsync(
    line.run(async () => t.fail()),
    { message: "through in 1500" },
  );
  t.throws(() => line.requireRoom(), { message: "through in 1500" });
  expected = 700;
  t.notThrows(() => line.requireRoom());
  expected = 1_000;
  gates[0]?.resolve();
  await done[0];
  t.notThrows(() => line.requireRoom());
  for (const gate of gates) gate.resolve();
  await Promise.all(done);
});

test("a caller is let in to a free place, however long the work takes", async (t) => {
  const line = createWaitingLine({
    places: 1,
    capacity: 10,
    longestWait: 1_000,
    expected: () => 5_000,
    refuse: full,
  });
  const gate = task();
  const first = line.run(() => gate.promise);
  t.throws(() => line.requireRoom(), { message: "full" });
  gate.resolve();
  await t.notThrowsAsync(first);
});

test("a caller who has waited for the longest time is refused, and leaves the line", async (t) => {
  const longestWait = 40;
  const line = createWaitingLine({ places: 1, capacity: 2, longestWait, expected: () => 1, refuse: full });
  const gate = task();
  const first = line.run(() => gate.promise);
  const start = performance.now();
  const answers = await Promise.allSettled([line.run(async () => t.fail()), line.run(async () => t.fail())]);
  t.true(performance.now() - start >= longestWait - 2);
  for (const answer of answers) t.is(answer.status === "rejected" && answer.reason.message, "full");
  const next = line.run(async () => "next");
  gate.resolve();
  await first;
  t.is(await next, "next");
  await sleep(2 * longestWait);
});
