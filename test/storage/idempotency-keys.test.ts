import test, { type ExecutionContext } from "ava";
import { kyselyOf, type Queryable, runStatement } from "../../src/domain/query.ts";
import { write } from "../../src/domain/unit-of-work.ts";
import { createIdempotencyKeys } from "../../src/storage/idempotency-keys.ts";
import { memoryDatabase } from "../support/memory-database.ts";

const NOW = new Date("2026-05-01T12:00:00.123Z");
const MINUTE = 60_000;
const claimAt = (owner: string, ms = 0) => ({
  key: "k".repeat(43),
  fingerprint: "f".repeat(43),
  owner,
  now: new Date(NOW.getTime() + ms),
  expiresAt: new Date(NOW.getTime() + ms + 60 * MINUTE),
});
const ANSWER = { status: 201, body: { n: 1 } };

async function setUp(t: ExecutionContext) {
  const { orm } = await memoryDatabase(t);
  const db = kyselyOf(orm.em);
  const store = createIdempotencyKeys<{ tx?: Queryable }, typeof ANSWER>(db, (context, tx) => {
    context.tx = tx;
  });
  const articles = async () =>
    (await runStatement<{ n: number }>(db, "select count(*) as n from article where title = 'kept'", []))[0]?.n;
  /** Does the work of a claim: writes an article, then does something else. */
  const complete = (claim: ReturnType<typeof claimAt>, then: () => unknown = () => undefined) => {
    const context: { tx?: Queryable } = {};
    return store.complete(claim, context, async () => {
      const { tx = db } = context;
      // As a handler does it, which knows of no transaction around it.
      await write(tx, (inner) =>
        runStatement(inner, "insert into article (title, author, created_at) values ('kept', '', ?)", [NOW]),
      );
      await then();
      return ANSWER;
    });
  };
  return { db, store, articles, complete };
}

test("a key is claimed once, and its answer kept with what the handler has written", async (t) => {
  const { store, articles, complete } = await setUp(t);
  t.is(await store.claim(claimAt("one")), undefined);
  t.deepEqual(await store.claim(claimAt("two")), { fingerprint: "f".repeat(43), answer: undefined });
  t.true(await complete(claimAt("one")));
  t.deepEqual(await store.claim(claimAt("two")), { fingerprint: "f".repeat(43), answer: ANSWER });
  t.is(await articles(), 1);
});

test("work that fails leaves neither an article nor an answer, and its key is free again", async (t) => {
  const { db, store, articles, complete } = await setUp(t);
  await store.claim(claimAt("one"));
  await t.throwsAsync(
    complete(claimAt("one"), () => {
      throw new Error("broken");
    }),
    { message: "broken" },
  );
  t.is(await articles(), 0);
  await store.release(claimAt("two"));
  t.is((await runStatement(db, "select 1 from idempotency_key", [])).length, 1, "another request's key is left alone");
  await store.release(claimAt("one"));
  t.is(await store.claim(claimAt("two")), undefined);
});

test("a claim that was taken over keeps nothing of its work", async (t) => {
  const { store, articles, complete } = await setUp(t);
  await store.claim(claimAt("slow"));
  t.deepEqual((await store.claim(claimAt("quick", MINUTE - 1)))?.answer, undefined);
  t.is(await store.claim(claimAt("quick", MINUTE)), undefined);
  t.false(await complete(claimAt("slow")));
  t.is(await articles(), 0);
  t.true(await complete(claimAt("quick", MINUTE)));
  t.false(await complete(claimAt("slow")), "an answer that is there is not replaced");
  t.is(await articles(), 1);
});

test("a claim by a clock that was ahead ends, and an answer outlives the claim of its request", async (t) => {
  const { store, complete } = await setUp(t);
  await store.claim(claimAt("ahead", 10 * MINUTE));
  t.is(await store.claim(claimAt("one")), undefined);
  await complete(claimAt("one"));
  t.deepEqual((await store.claim(claimAt("two", 59 * MINUTE)))?.answer, ANSWER);
  t.is(await store.claim(claimAt("two", 60 * MINUTE)), undefined);
});
