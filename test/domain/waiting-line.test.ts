import { setImmediate as turn } from "node:timers/promises";
import test from "ava";
import { createWaitingLine } from "../../src/domain/waiting-line.ts";

const full = () => new Error("full");
const task = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, resolve };
};

test("no more than the places work at once, the rest in the order of their coming", async (t) => {
  const line = createWaitingLine(2, 10, full);
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

test("who finds the line full is refused, and room is made again", async (t) => {
  const line = createWaitingLine(1, 1, full);
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
  const line = createWaitingLine(1, 1, full);
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
  const line = createWaitingLine(1, 0, full);
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
  const line = createWaitingLine(1, 0, full);
  await t.throwsAsync(
    line.run(async () => {
      throw new Error("broken");
    }),
    { message: "broken" },
  );
  t.is(await line.run(async () => 1), 1);
});
