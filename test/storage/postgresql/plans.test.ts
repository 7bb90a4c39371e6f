import { findLikes } from "../../../src/domain/articles/like-repository.ts";
import { listLikes } from "../../../src/domain/articles/likes.ts";
import { encodeCursor } from "../../../src/domain/list-page.ts";
import { runStatement } from "../../../src/domain/query.ts";
import { openDatabase } from "../../../src/storage/open-database.ts";
import { postgreSqlDatabase, postgreSqlTest } from "../../support/postgresql.ts";

/** PostgreSQL plans a prepared statement anew the first five times at least. */
const EXECUTIONS = 8;

postgreSqlTest("a page of likes is planned once, also where an article has many", async (t) => {
  const database = await openDatabase({ url: await postgreSqlDatabase(t) });
  t.teardown(() => database.close());
  const em = database.orm.em.fork();
  await runStatement(
    em,
    `insert into "user" (email, created_at) select 'u' || n || '@example.org', now() from generate_series(1, 3000) n`,
    [],
  );
  await runStatement(
    em,
    'insert into article_like (user_id, article_id, created_at) select u.id, a.id, now() from "user" u, article a where a.id <= 10',
    [],
  );
  await runStatement(em, "analyze", []);
  // In a transaction all statements are on one connection, whose prepared statements are told there.
  await em.transactional(async (tx) => {
    for (let execution = 0; execution < EXECUTIONS; execution += 1) {
      t.is((await listLikes(tx, { articleId: 1, limit: 5 })).items.length, 5);
      t.is((await listLikes(tx, { articleId: 1, limit: 5, cursor: encodeCursor("likes:1", 100) })).items.length, 5);
    }
    const statements = await runStatement<{ statement: string; generic_plans: number }>(
      tx,
      "select statement, generic_plans from pg_prepared_statements where statement like '%article_like%order by id desc%'",
      [],
    );
    t.is(statements.length, 2);
    for (const { statement, generic_plans: kept } of statements) t.true(kept > 0, statement);
  });
  await t.throwsAsync(findLikes(em, { articleId: 1, before: null, limit: Number.NaN }), { instanceOf: TypeError });
});
