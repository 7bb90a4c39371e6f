import { User } from "../../../src/domain/users/user.ts";
import { describeError } from "../../../src/http/log.ts";
import { openDatabase } from "../../../src/storage/open-database.ts";
import { postgreSqlDatabase, postgreSqlTest } from "../../support/postgresql.ts";

postgreSqlTest("an error of a statement, and its line in the log, show nothing of a row", async (t) => {
  const { orm, close } = await openDatabase({ url: await postgreSqlDatabase(t) });
  t.teardown(close);
  const insert = async () => {
    const em = orm.em.fork();
    em.create(User, { email: "ada@example.org", passwordHash: "hunter2", createdAt: new Date() });
    await em.flush();
  };
  await insert();
  const run = (sql: string) => orm.em.fork().getConnection().execute(sql);
  // The server's details are the key of the first, and the whole row of the others.
  const failing: readonly [() => Promise<unknown>, RegExp][] = [
    [insert, /unique constraint "user_email_unique"/],
    [() => run(`insert into "user" (email, password_hash) values ('ada', 'hunter2')`), /null value in column/],
    [() => run("update article set author = 'hunter2', like_count = -1 where id = 1"), /check constraint/],
  ];
  for (const [work, reason] of failing) {
    const error = await t.throwsAsync(work, { message: reason });
    t.notRegex(error.message, /hunter2|ada/);
    t.notRegex(JSON.stringify(describeError(new Error("outer", { cause: error }))), /hunter2|ada@|\bada\b/);
  }
});
