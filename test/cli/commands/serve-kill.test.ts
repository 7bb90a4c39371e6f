import { DatabaseSync } from "node:sqlite";
import test from "ava";
import { databaseIn, placeMigratedDatabase } from "../../support/migrated-database.ts";
import { type StartedProgram, startProgram } from "../../support/program.ts";
import { PASSWORD } from "../../support/server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

// Several tests, so that each tells of itself within the time that a test may take.
const ROUNDS = 5;
const KILLS = 5;
const CONNECTIONS = 16;
const ARTICLES = 100;

/** Registers a user; the header fields of the user's token. */
async function register({ url }: StartedProgram, email: string): Promise<Record<string, string>> {
  const response = await fetch(`${url}/register?include_auth_token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  const { response: body } = (await response.json()) as { response: { user: { authentication_token: string } } };
  return { "Authentication-Token": body.user.authentication_token };
}

/**
 * Likes one article after the other on several connections, until the server is gone; the articles whose likes were answered 201.
 *
 * @param kill is called once, when so many likes as `killAfter` have been answered
 */
async function likeUntilGone(
  { url }: StartedProgram,
  headers: Record<string, string>,
  { killAfter, kill }: { killAfter: number; kill: () => void },
): Promise<number[]> {
  const answered: number[] = [];
  const articles = Array.from({ length: ARTICLES }, (_, index) => index + 1).values();
  const likeSome = async (): Promise<void> => {
    // All connections take from one iterator.
    for (const article of articles) {
      const response = await fetch(`${url}/api/articles/${article}/likes`, { method: "POST", headers });
      if (response.status === 201 && answered.push(article) === killAfter) kill();
      await response.arrayBuffer();
    }
  };
  await Promise.allSettled(Array.from({ length: CONNECTIONS }, likeSome));
  return answered;
}

for (let round = 1; round <= ROUNDS; round += 1) {
  test.serial(
    `likeArticle: 201 is still true after each of ${KILLS} kills in the middle of others, round ${round}`,
    async (t) => {
      const folder = await temporaryFolder(t);
      const environment = { DATABASE_URL: `sqlite:${databaseIn(folder)}`, RATE_LIMITS: "off" };
      await placeMigratedDatabase(folder);
      let total = 0;
      let cutOff = 0;
      for (let kill = 0; kill < KILLS; kill += 1) {
        const program = await startProgram(t, { folder, environment });
        const headers = await register(program, `reader-${kill}@example.com`);
        // A number of answers, not a time: how far the likes get in a time depends on the machine.
        const killAfter = 1 + (((round * KILLS + kill) * 37) % 60);
        const answered = await likeUntilGone(program, headers, {
          killAfter,
          kill: () => program.child.kill("SIGKILL"),
        });
        await program.ended;
        using database = new DatabaseSync(databaseIn(folder));
        const rows = database
          .prepare('select article_id as id from article_like l join "user" u on u.id = l.user_id where u.email = ?')
          .all(`reader-${kill}@example.com`);
        const stored = new Set(rows.map(({ id }) => Number(id)));
        t.deepEqual(
          answered.filter((article) => !stored.has(article)),
          [],
        );
        const wrong =
          "select id from article a where like_count <> (select count(*) from article_like where article_id = a.id)";
        t.deepEqual(database.prepare(wrong).all(), []);
        t.is(database.prepare("pragma integrity_check").get()?.integrity_check, "ok");
        total += answered.length;
        if (answered.length < ARTICLES) cutOff += 1;
      }
      // The kills have come in the middle.
      t.true(total > KILLS && cutOff > KILLS / 2, `${total} likes, ${cutOff} runs cut off`);
    },
  );
}
