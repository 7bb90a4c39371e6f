import { Article } from "../../domain/articles/article.ts";
import type { Settings } from "../../settings.ts";
import { loadSecretKeys } from "../../storage/keys/key-file.ts";
import { seedArticles, unseedArticles } from "../../storage/seed.ts";
import { immediately } from "../../storage/sqlite/backend.ts";
import { countAppliedMigrations } from "../../storage/sqlite/migrations.ts";
import { defineCommand, type Output } from "../command.ts";
import { type CommandContext, withDatabase, withDatabaseOfAnyVersion } from "../open-database.ts";

export const migrateDatabase = defineCommand({
  summary: "make the database, or bring it up to date",
  details: `A new database gets its key file and, unless SAMPLE_DATA=off or NODE_ENV=production, 100 sample articles, as at the first start of
the server, which migrates, too.
Stop the servers of the version before: they do not know the new tables.`,
  operands: [],
  run: ({ settings }) =>
    withDatabaseOfAnyVersion(settings, async (context) => {
      const { applied, keyFile } = await migrate(settings, context);
      const { path } = context.database;
      return {
        json: { database: path, key_file: keyFile, applied },
        text: `${path} is up to date${applied === 0 ? "" : `: ${applied} migrations applied`}.`,
      };
    }),
});

export const seedDatabase = defineCommand({
  summary: "put the 100 sample articles into a database without articles, or take them out",
  details: `A new database has them already, unless SAMPLE_DATA=off or NODE_ENV=production. One that has articles stays as it is.
With --undo the sample articles that nobody has changed are deleted, and their likes with them.`,
  operands: [],
  options: { undo: { type: "boolean", help: "delete the sample articles" } },
  run: ({ settings, options: { undo } }) =>
    withDatabase(settings, (context) => (undo === true ? unseed(context) : seed(context))),
});

async function seed({ em, run, database: { path } }: CommandContext): Promise<Output> {
  let before = 0;
  const fill = async (): Promise<void> => {
    before = await em.count(Article);
    if (before === 0) await seedArticles(em);
  };
  await immediately(run, fill, "commit");
  const articles = await em.count(Article);
  const text =
    before > 0 ? `${path} has articles; nothing was added to them.` : `${path} has ${articles} articles now.`;
  return { json: { database: path, articles, added: before > 0 ? 0 : articles }, text };
}

async function unseed({ em, run, database: { path } }: CommandContext): Promise<Output> {
  const deleted = await immediately(run, () => unseedArticles(em), "commit");
  const articles = await em.count(Article);
  return {
    json: { database: path, articles, deleted: deleted.articles, deleted_likes: deleted.likes },
    text: `${deleted.articles} sample articles and ${deleted.likes} likes were deleted; ${path} has ${articles} articles now.`,
  };
}

async function migrate(settings: Settings, { database, run }: CommandContext) {
  const { fresh, path } = database;
  const before = fresh ? 0 : await countAppliedMigrations(run, path);
  // The key before the tables: no server starts on a database with tables and without a key.
  const { path: keyFile } = await loadSecretKeys({ ...settings, databasePath: path, fresh });
  await database.migrate();
  return { applied: (await countAppliedMigrations(run, path)) - before, keyFile };
}
