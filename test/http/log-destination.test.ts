import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { createLogDestination } from "../../src/http/log-destination.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A destination on a descriptor, and what it has said. */
function destinationOf(t: ExecutionContext, descriptor: number) {
  const said: string[] = [];
  t.teardown(() => closeSync(descriptor));
  return { said, destination: createLogDestination({ descriptor, say: (sentence) => void said.push(sentence) }) };
}

/** A named pipe of the file system, with both of its ends; no write into it waits. */
async function pipe(t: ExecutionContext) {
  const path = join(await temporaryFolder(t), "pipe");
  execFileSync("mkfifo", [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  t.teardown(() => closeSync(reader));
  const read = (): string => {
    const bytes = Buffer.alloc(2_000_000);
    let length = 0;
    try {
      for (let more = 1; more > 0; length += more) more = readSync(reader, bytes, length, bytes.length - length, null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
    return bytes.toString("utf8", 0, length);
  };
  return { ...destinationOf(t, openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)), read };
}

const LINE = `${"x".repeat(99)}\n`;

test("lines are written together, soon, in their order, and the last ones at the end", async (t) => {
  const path = join(await temporaryFolder(t), "log");
  const { destination, said } = destinationOf(t, openSync(path, "a"));
  destination.write("one\n");
  destination.write("two\n");
  t.is(await readFile(path, "utf8"), "");
  for (let round = 0; round < 200 && (await readFile(path, "utf8")) === ""; round += 1) await sleep(10);
  t.is(await readFile(path, "utf8"), "one\ntwo\n");
  destination.write("three\n");
  await destination.close();
  t.is(await readFile(path, "utf8"), "one\ntwo\nthree\n");
  t.deepEqual(said, []);
});

test("a full disk is said once; the lines are dropped and counted", async (t) => {
  const { destination, said } = destinationOf(t, openSync("/dev/full", "a"));
  for (let round = 0; round < 3; round += 1) {
    for (let line = 0; line < 50; line += 1) destination.write(LINE);
    await sleep(150);
  }
  t.deepEqual(said, ["the log cannot be written (ENOSPC); its lines are dropped until it can"]);
  await destination.close();
  t.deepEqual(said.slice(1), ["150 lines of the log could not be written"]);
});

test.serial(
  "a pipe that nobody reads is said once, takes no memory, and the log goes on when it is read",
  async (t) => {
    const { destination, said, read } = await pipe(t);
    const lines = 30_000;
    for (let line = 0; line < lines; line += 1) destination.write(LINE);
    await sleep(300);
    t.deepEqual(said, ["the log cannot be written (nobody reads it); its lines are dropped until it can"]);
    let text = "";
    for (let round = 0; round < 200 && !text.includes("dropped"); round += 1) {
      text += read();
      await sleep(20);
    }
    const whole = text.split("\n").filter((line) => `${line}\n` === LINE).length;
    t.true(whole > 9_000 && whole < 12_000, String(whole));
    t.is(Number(/"lines":(\d+),"msg":"log lines dropped"/.exec(text)?.[1]), lines - whole);
    destination.write("after\n");
    await destination.close();
    t.true(read().endsWith("after\n"));
    t.is(said.length, 1);
  },
);

test.serial("the end waits a second at most for a pipe that nobody reads", async (t) => {
  const { destination, said } = await pipe(t);
  for (let line = 0; line < 2_000; line += 1) destination.write(LINE);
  const start = performance.now();
  await destination.close();
  t.true(performance.now() - start < 3_000);
  t.regex(said.join("\n"), /^\d+ lines of the log could not be written$/);
});
