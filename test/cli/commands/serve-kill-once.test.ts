import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { databaseIn, placeMigratedDatabase } from "../../support/migrated-database.ts";
import { type StartedProgram, startProgram } from "../../support/program.ts";
import { PASSWORD } from "../../support/server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const KILLS = 4;
const REQUESTS = 60;

/** Writes an article for each number, those without an answer of 201 again and again, until all have one or the server is gone. */
async function writeAll({ url }: StartedProgram, token: string, numbers: readonly number[]): Promise<void> {
  const send = (number: number) =>
    fetch(`${url}/api/articles`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Authentication-Token": token,
        "Idempotency-Key": `"article-${number}"`,
      },
      body: JSON.stringify({ title: `Kept ${number}`, author: "Ada" }),
    });
  await Promise.all(
    numbers.map(async (number) => {
      for (let { status } = await send(number); status !== 201; { status } = await send(number)) await sleep(50);
    }),
  );
}

test(`createArticle: 201 once for each Idempotency-Key, though the server is killed ${KILLS} times`, async (t) => {
  const folder = await temporaryFolder(t);
  const environment = { DATABASE_URL: `sqlite:${databaseIn(folder)}`, RATE_LIMITS: "off" };
  await placeMigratedDatabase(folder);
  const numbers = Array.from({ length: REQUESTS }, (_, index) => index);
  let token: string | undefined;
  for (let kill = 0; kill <= KILLS; kill += 1) {
    const program = await startProgram(t, { folder, environment });
    if (token === undefined) {
      const me = { email: "ada@example.com", password: PASSWORD };
      const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(me) };
      const { response } = (await (await fetch(`${program.url}/register?include_auth_token`, init)).json()) as {
        response: { user: { authentication_token: string } };
      };
      token = response.user.authentication_token;
    }
    using database = new DatabaseSync(databaseIn(folder));
    database.exec("insert or ignore into user_role (user_id, role_id) select 1, id from role where name = 'author'");
    // The claims of the process that was killed would end a minute later by themselves.
    database.exec("update idempotency_key set claimed_at = 0 where answer is null");
    const writing = writeAll(program, token, numbers);
    if (kill === KILLS) await writing;
    else {
      await sleep(15 + 17 * kill);
      program.child.kill("SIGKILL");
      await t.throwsAsync(writing);
    }
    program.child.kill("SIGKILL");
    await program.ended;
  }
  using database = new DatabaseSync(databaseIn(folder));
  const titles = database.prepare("select title from article where title like 'Kept %'").all();
  t.deepEqual(titles.map(({ title }) => title).toSorted(), numbers.map((number) => `Kept ${number}`).toSorted());
});
