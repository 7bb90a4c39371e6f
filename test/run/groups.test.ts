import { glob } from "node:fs/promises";
import test from "ava";
import { filesOf, GROUPS } from "./groups.ts";

const HERE = new URL("./", import.meta.url);
const TEST = new URL("../", import.meta.url);

test("every test file is in one group, and in no other", async (t) => {
  const files = await Array.fromAsync(glob("**/*.test.ts", { cwd: TEST }));
  const grouped = (
    await Promise.all(
      Object.values(GROUPS)
        .filter(({ again }) => again === undefined)
        .map(filesOf),
    )
  ).flat();
  t.deepEqual(grouped.map(({ href }) => href).toSorted(), files.map((file) => new URL(file, TEST).href).toSorted());
});

test("every group has its entry", async (t) => {
  const entries = await Array.fromAsync(glob("groups/*.ts", { cwd: HERE }));
  t.deepEqual(
    entries.toSorted(),
    Object.keys(GROUPS)
      .map((name) => `groups/${name}.ts`)
      .toSorted(),
  );
});
