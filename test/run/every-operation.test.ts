import { glob, readFile } from "node:fs/promises";
import test from "ava";
import { operations } from "../support/judge.ts";

const ROOT = new URL("../../", import.meta.url);

test("every operation of the contract has a test that is named for it", async (t) => {
  const files: string[] = [];
  for await (const file of glob("test/**/*.test.ts", { cwd: ROOT }))
    files.push(await readFile(new URL(file, ROOT), "utf8"));
  const titles = files.join("\n");
  const untested = operations
    .map(({ operationId }) => operationId)
    .filter((id) => !new RegExp(`["'\`]${id}: `).test(titles));
  t.deepEqual(untested, [], "write a test whose title begins with `<operationId>: `");
});
