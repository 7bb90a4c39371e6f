import test from "ava";
import { countAva } from "./ava-count.ts";

const WHOLE = ["", "  ✔ a › one (1.2s)", "  ✔ a › two", "  ─", "", "  2 tests passed", ""];
const FAILED = ["", "  ✔ a › one", "  ✘ [fail]: a › two Not equal", "  ─", "", "  a › two", "", "  1 test failed", ""];

test("a whole run is counted as it says", (t) => {
  t.deepEqual(countAva(WHOLE, 0), { passed: 2, failed: 0, skipped: 0, failures: [], skips: [] });
});

test("a run is counted in colour, and on a terminal without Unicode", (t) => {
  t.deepEqual(countAva(["  \u001B[32m√\u001B[39m one", "", "  \u001B[32m1 test passed\u001B[39m"], 0).passed, 1);
});

test("skipped tests and tests to be written are named, and neither passed nor failed", (t) => {
  const lines = ["  - [skip] page (no browser)", "  - [todo] later", ...WHOLE, "  1 test skipped", "  1 test todo"];
  const skips = ["page (no browser)", "later"];
  t.deepEqual(countAva(lines, 0), { passed: 2, failed: 0, skipped: 2, failures: [], skips });
});

test("a known failure is a passed test", (t) => {
  const lines = ["  ✔ one", "  ✔ [expected fail] two", "", "  1 test passed", "  1 known failure"];
  t.like(countAva(lines, 0), { passed: 2, failed: 0 });
});

test("a failure is named", (t) => {
  t.like(countAva(FAILED, 1), { passed: 1, failed: 1, failures: ["a › two Not equal"] });
});

test("a crash beside passing tests is a failure", (t) => {
  const lines = [
    "  ✔ one",
    "",
    "  Uncaught exception in test/a.test.ts",
    "",
    "  1 test passed",
    "  1 uncaught exception",
  ];
  t.like(countAva(lines, 1), { passed: 1, failures: ["Uncaught exception in test/a.test.ts"] });
});

test("a test that hangs is named", (t) => {
  const lines = ["  ✔ one", "", "  ✘ Timed out while running tests", "", "  1 tests were pending in a", "", "  ◌ two"];
  t.like(countAva(lines, 1), { passed: 1, failures: ["Timed out while running tests", "two"] });
});

for (const [what, lines, exit] of [
  ["ends before its summary", WHOLE.slice(0, 5), 0],
  ["says nothing", [], 0],
  ["says nothing and is killed", [], "SIGKILL"],
  ["finds no test", ["  ✘ Couldn’t find any files to test"], 1],
  ["skips every test", ["  - [skip] one", "  ─", "  1 test skipped"], 0],
  ["passes all and exits otherwise", WHOLE, 1],
  ["passes all and is killed", WHOLE, "SIGTERM"],
  ["counts more than it names", [...WHOLE.slice(0, 4), "  3 tests passed"], 0],
  ["names more than it counts", ["  ✔ from a test's own output", ...WHOLE], 0],
  ["fails and exits well", FAILED, 0],
] as const) {
  test(`a run that ${what} is a failure`, (t) => {
    t.is(countAva(lines, exit).failed, 1);
  });
}
