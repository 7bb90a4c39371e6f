import test from "ava";
import fc from "fast-check";
import { runStatement, timestamp } from "../../src/domain/query.ts";
import { memoryDatabase } from "../support/memory-database.ts";
import { onPostgreSql } from "../support/postgresql.ts";

/** A text as it comes back: PostgreSQL has no text with a NUL, and gets one that nobody stores, so that looking for it finds nothing. */
const stored = (text: string) => (onPostgreSql ? text.replaceAll("\0", "\uffff") : text);

test("a parameter comes back as it was given", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const text = fc.string({ unit: "binary" });
  await fc.assert(
    fc.asyncProperty(text, fc.maxSafeInteger(), async (value, number) => {
      t.deepEqual(await runStatement(em, "select ? as text, ? as number", [value, number]), [
        { text: stored(value), number },
      ]);
    }),
  );
  t.deepEqual(await runStatement(em, "select ? as empty", [null]), [{ empty: null }]);
  const booleans = onPostgreSql ? { yes: true, no: false } : { yes: 1, no: 0 };
  t.deepEqual(await runStatement(em, "select ? as yes, ? as no", [true, false]), [booleans]);
  t.deepEqual(await runStatement(em, "select ? as text", ["a\0b"]), [{ text: stored("a\0b") }]);
  const [row] = await runStatement<{ time: number }>(em, "select ? as time", [new Date(1234)]);
  t.deepEqual(timestamp(row?.time ?? 0), new Date(1234));
});

test("an integer is an integer in SQL, and a fraction is none", async (t) => {
  const { orm } = await memoryDatabase(t);
  const typeOf = onPostgreSql ? "pg_typeof(?)::text" : "typeof(?)";
  const sql = `select ${typeOf} as whole, ${typeOf} as fraction, 7 / ? as half, 'page ' || ? as page`;
  const types = onPostgreSql
    ? { whole: "bigint", fraction: "double precision" }
    : { whole: "integer", fraction: "real" };
  t.deepEqual(await runStatement(orm.em.fork(), sql, [2, 2.5, 2, 2]), [{ ...types, half: 3, page: "page 2" }]);
});

test("a parameter that SQL has no value for is refused", async (t) => {
  const { orm } = await memoryDatabase(t);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, new Date(Number.NaN)]) {
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
