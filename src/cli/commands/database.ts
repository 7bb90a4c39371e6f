import { Article } from "../../domain/articles/article.ts";
import type { Settings } from "../../settings.ts";
import { loadSecretKeys } from "../../storage/keys/key-file.ts";
import { seedArticles, unseedArticles } from "../../storage/seed.ts";
import type { Call, Output } from "../command.ts";
import { type CommandContext, withDatabase, withDatabaseOfAnyVersion } from "../open-database.ts";

/** `kudos migrate`: see database-commands.ts. */
export function migrateDatabase({ settings }: Call): Promise<Output> {
  return withDatabaseOfAnyVersion(settings, async (context) => {
    const { applied, keyFile } = await migrate(settings, context);
    const { name } = context.database;
    return {
      json: { database: name, key_file: keyFile, applied },
      text: `${name} is up to date${applied === 0 ? "" : `: ${applied} migrations applied`}.`,
    };
  });
}

/** `kudos seed`: see database-commands.ts. */
export function seedDatabase({ settings, options: { undo } }: Call): Promise<Output> {
  return withDatabase(settings, (context) => (undo === true ? unseed(context) : seed(context)));
}

async function seed({ em, database: { name, alone } }: CommandContext): Promise<Output> {
  let before = 0;
  const fill = async (): Promise<void> => {
    before = await em.count(Article);
    if (before === 0) await seedArticles(em);
  };
  await alone(fill, "commit");
  const articles = await em.count(Article);
  const text =
    before > 0 ? `${name} has articles; nothing was added to them.` : `${name} has ${articles} articles now.`;
  return { json: { database: name, articles, added: before > 0 ? 0 : articles }, text };
}

async function unseed({ em, database: { name, alone } }: CommandContext): Promise<Output> {
  const deleted = await alone(() => unseedArticles(em), "commit");
  const articles = await em.count(Article);
  return {
    json: { database: name, articles, deleted: deleted.articles, deleted_likes: deleted.likes },
    text: `${deleted.articles} sample articles and ${deleted.likes} likes were deleted; ${name} has ${articles} articles now.`,
  };
}

async function migrate(settings: Settings, { database }: CommandContext) {
  const { fresh, path } = database;
  const before = fresh ? 0 : await database.applied();
  // The key before the tables: no server starts on a database with tables and without a key.
  const { path: keyFile } = await loadSecretKeys({ ...settings, databasePath: path, fresh });
  await database.migrate();
  return { applied: (await database.applied()) - before, keyFile };
}
