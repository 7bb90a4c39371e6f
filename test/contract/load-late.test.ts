import test from "ava";
import { loadLate } from "../../src/contract/load-late.ts";
import { HttpProblem } from "../../src/contract/problem.ts";

test("a package is loaded when it is needed, and one that cannot be is a 503 with the reason for the log", async (t) => {
  const { parse } = await loadLate<typeof import("yaml")>("yaml");
  t.deepEqual(parse("a: 1"), { a: 1 });
  const error = await t.throwsAsync(loadLate("a-package-that-is-not-there"), { instanceOf: HttpProblem });
  t.is(error?.problem.status, 503);
  t.regex(String((error?.cause as Error | undefined)?.message), /a-package-that-is-not-there/);
});
