import test from "ava";
import { countTap } from "./tap-count.ts";

const WHOLE = [
  "TAP version 13",
  "ok 1 - a › one",
  "ok 2 - a › two",
  "",
  "1..2",
  "# tests 2",
  "# pass 2",
  "# fail 0",
  "",
];

test("a whole run is counted as it says", (t) => {
  t.deepEqual(countTap(WHOLE, 0), { passed: 2, failed: 0, skipped: 0, failures: [], skips: [] });
});

test("skipped tests and tests to be written are named, and neither passed nor failed", (t) => {
  const lines = [
    "ok 1 - one",
    "ok 2 - in a browser (there is none) # SKIP",
    "not ok 3 - later # TODO",
    "1..3",
    "# tests 2",
    "# pass 1",
    "# skip 1",
    "# fail 1",
  ];
  const skips = ["in a browser (there is none)", "later"];
  t.deepEqual(countTap(lines, 0), { passed: 1, failed: 0, skipped: 2, failures: [], skips });
});

test("a failure is named", (t) => {
  const lines = ["ok 1 - one", "not ok 2 - two", "  ---", "    at: x", "  ...", "1..2", "# pass 1", "# fail 1"];
  const { passed, failed, failures } = countTap(lines, 1);
  t.deepEqual({ passed, failed, failures }, { passed: 1, failed: 1, failures: ["two"] });
});

for (const [what, lines, exit] of [
  ["ends before its summary", WHOLE.slice(0, 3), 0],
  ["ends before its summary's last line", WHOLE.slice(0, 7), 0],
  ["says nothing", [], 0],
  ["says nothing and is killed", [], "SIGKILL"],
  ["runs no test", ["TAP version 13", "1..0", "# tests 0", "# pass 0", "# fail 0"], 0],
  ["skips every test", ["ok 1 - one # SKIP", "1..1", "# tests 1", "# pass 0", "# skip 1", "# fail 0"], 0],
  ["passes all and exits otherwise", WHOLE, 1],
  ["passes all and is killed", WHOLE, "SIGTERM"],
  ["leaves tests that never ran", [...WHOLE.slice(0, 5), "# tests 3", "# pass 2", "# fail 1"], 0],
  ["counts more than it names", [...WHOLE.slice(0, 5), "# tests 3", "# pass 3", "# fail 0"], 0],
] as const) {
  test(`a run that ${what} is a failure`, (t) => {
    t.is(countTap(lines, exit).failed, 1);
  });
}
