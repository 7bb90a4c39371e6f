import test from "ava";
import fc from "fast-check";
import { runStatement, timestamp } from "../../src/domain/query.ts";
import { memoryDatabase } from "../support/memory-database.ts";

test("a parameter comes back as it was given", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const text = fc.string({ unit: "binary" }).filter((value) => !value.includes("\0"));
  await fc.assert(
    fc.asyncProperty(text, fc.maxSafeInteger(), async (value, number) => {
      t.deepEqual(await runStatement(em, "select ? as text, ? as number", [value, number]), [{ text: value, number }]);
    }),
  );
  t.deepEqual(await runStatement(em, "select ? as empty", [null]), [{ empty: null }]);
  const [row] = await runStatement<{ time: number }>(em, "select ? as time", [new Date(1234)]);
  t.deepEqual(timestamp(row?.time ?? 0), new Date(1234));
});

test("a parameter that SQL cannot spell is refused", async (t) => {
  const { orm } = await memoryDatabase(t);
  for (const value of ["a\0b", Number.NaN, Number.POSITIVE_INFINITY, new Date(Number.NaN)]) {
    await t.throwsAsync(runStatement(orm.em.fork(), "select ?", [value]), { instanceOf: TypeError });
  }
});

test("a statement takes part in the transaction of its entity manager", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  await t.throwsAsync(
    em.transactional(async (tx) => {
      await runStatement(tx, 'delete from "article"', []);
      throw new Error("changed my mind");
    }),
    { message: "changed my mind" },
  );
  t.deepEqual(await runStatement(em, 'select count(*) as count from "article"', []), [{ count: 100 }]);
});
