import test from "ava";
import { kyselyOf } from "../src/domain/query.ts";
import type { HandlerContext } from "../src/operations/handler-context.ts";
import { writeWithin } from "../src/write-within.ts";
import { memoryDatabase } from "./support/memory-database.ts";

test("within a unit of work a handler writes by it alone: what would wait for its end throws", async (t) => {
  const { orm } = await memoryDatabase(t);
  const context = { db: kyselyOf(orm.em) } as HandlerContext;
  await kyselyOf(orm.em)
    .transaction()
    .execute(async (tx) => {
      writeWithin(context, tx);
      t.true(Object.is(context.db, tx));
      for (const part of ["em", "attempts"] as const)
        t.throws(() => context[part], { message: /writes by `db` alone/ });
    });
});
