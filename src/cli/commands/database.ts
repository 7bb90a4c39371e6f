import { Article } from "../../domain/articles/article.ts";
import type { Settings } from "../../settings.ts";
import { loadSecretKeys } from "../../storage/keys/key-file.ts";
import { seedArticles } from "../../storage/seed.ts";
import { immediately } from "../../storage/sqlite/backend.ts";
import { countAppliedMigrations } from "../../storage/sqlite/migrations.ts";
import { defineCommand } from "../command.ts";
import { type CommandContext, withDatabase, withDatabaseOfAnyVersion } from "../open-database.ts";

export const migrateDatabase = defineCommand({
  summary: "make the database, or bring it up to date",
  details: `A new database gets its key file and 100 sample articles, as with the first start of the server, which does the same.
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
  summary: "put the 100 sample articles into a database without articles",
  details: "A new database has them already. One that has articles stays as it is.",
  operands: [],
  run: ({ settings }) =>
    withDatabase(settings, async ({ em, run, database: { path } }) => {
      let before = 0;
      const seed = async (): Promise<void> => {
        before = await em.count(Article);
        if (before === 0) await seedArticles(em);
      };
      await immediately(run, seed, "commit");
      const articles = await em.count(Article);
      const text =
        before > 0 ? `${path} has articles; nothing was added to them.` : `${path} has ${articles} articles now.`;
      return { json: { database: path, articles, added: before > 0 ? 0 : articles }, text };
    }),
});

async function migrate(settings: Settings, { database, run }: CommandContext) {
  const { fresh, path } = database;
  const before = fresh ? 0 : await countAppliedMigrations(run, path);
  // The key before the tables: no server starts on a database with tables and without a key.
  const { path: keyFile } = await loadSecretKeys({ ...settings, databasePath: path, fresh });
  await database.migrate();
  return { applied: (await countAppliedMigrations(run, path)) - before, keyFile };
}
