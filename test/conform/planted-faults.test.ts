import test from "ava";
import { FAULTS, type FaultName } from "../fixtures/faulty-server/faults.ts";
import { conformLibrary, openLibrary } from "../support/library.ts";

for (const seed of [1, 2, 3, 4]) {
  test.serial(`conform finds nothing in a server that does what its document says, seed ${seed}`, async (t) => {
    const report = await conformLibrary(await openLibrary(t), { seed });
    t.deepEqual(report.faults, []);
    t.deepEqual(report.notExercised, []);
    t.true(Object.values(report.operations).every(({ successes }) => successes > 5));
  });
}

test("there are more than 30 faults to plant", (t) => {
  t.true(Object.keys(FAULTS).length >= 30);
});

for (const [name, { operation, told }] of Object.entries(FAULTS)) {
  // One after the other: all at once would wait for each other.
  test.serial(`conform finds a planted fault by any of three seeds: ${name}`, async (t) => {
    t.timeout(60_000);
    let only: readonly string[] = [];
    for (const seed of [1, 20, 300]) {
      const report = await conformLibrary(await openLibrary(t, name as FaultName), { seed, runs: 10, only });
      const found = report.faults.find((fault) => fault.operation === operation && told.test(fault.what));
      if (found === undefined) t.log(report.faults);
      t.truthy(found, `seed ${seed}`);
      t.regex(found?.request ?? "", /^curl -sS -i --path-as-is (-X [A-Z]+|--head) '?http:/);
      // By the other seeds it is enough to check the operation again whose check has found it.
      only = [found?.check.split(" ")[0] ?? ""];
    }
  });
}
