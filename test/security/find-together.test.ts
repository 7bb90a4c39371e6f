import test, { type ExecutionContext } from "ava";
import { sql } from "kysely";
import { kyselyOf } from "../../src/domain/query.ts";
import { generateSecretKey, parseSecretKeys } from "../../src/domain/secrets/secret-keys.ts";
import { findTogether } from "../../src/security/find-together.ts";
import { memoryDatabase } from "../support/memory-database.ts";
import { issueSession, issueToken } from "../support/sample-credential.ts";
import { sampleUser } from "../support/sample-user.ts";

/** Tokens and a session of one user, and a finder with the number of statements that it has run. */
async function sampleFinder(t: ExecutionContext, tokens: number) {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const keys = parseSecretKeys(generateSecretKey());
  const now = new Date();
  const ids: string[] = [];
  for (let made = 0; made < tokens; made += 1) ids.push((await issueToken(em, keys, user, { now })).entity.id);
  const session = (await issueSession(em, keys, user, { now })).entity.id;
  const state = { statements: 0 };
  const db = kyselyOf(em).withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      state.statements += 1;
      return result;
    },
  });
  return { db, find: findTogether(db), ids, session, userId: user.id, state };
}

test("credentials that are asked for at once are found by one statement, each by whoever asked for it", async (t) => {
  const { find, ids, state, userId } = await sampleFinder(t, 5);
  const found = await Promise.all([...ids, "unknown", ...ids.slice(0, 1)].map((id) => find("token", id)));
  t.deepEqual(
    found.map((row) => row?.id),
    [...ids, undefined, ids[0]],
  );
  t.true(found.every((row) => row === undefined || row.user_id === userId));
  t.is(state.statements, 1);
});

test("a statement looks up to 16 credentials up, of one kind", async (t) => {
  const { find, ids, session, state } = await sampleFinder(t, 17);
  const found = await Promise.all([...ids.map((id) => find("token", id)), find("session", session)]);
  t.deepEqual(
    found.map((row) => row?.id),
    [...ids, session],
  );
  t.is(state.statements, 3);
  t.is(await find("session", ids[0] ?? ""), undefined);
  t.is(await find("token", session), undefined);
});

test("who asks while a statement is under way gets what the next one finds", async (t) => {
  const { db, find, ids, state } = await sampleFinder(t, 2);
  const [first = "", second = ""] = ids;
  const found = find("token", first);
  await new Promise(process.nextTick);
  await sql`delete from access_token where id = ${second}`.execute(db);
  const deleted = state.statements;
  t.is(await find("token", second), undefined);
  t.is((await found)?.id, first);
  t.true(state.statements > deleted);
});

test("all who asked at once get the error of their statement, and the next one is asked anew", async (t) => {
  const { db, find, ids } = await sampleFinder(t, 2);
  await sql`alter table access_token rename to hidden`.execute(db);
  const outcomes = await Promise.allSettled(ids.map((id) => find("token", id)));
  t.deepEqual(
    outcomes.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  await sql`alter table hidden rename to access_token`.execute(db);
  t.is((await find("token", ids[0] ?? ""))?.id, ids[0]);
});
