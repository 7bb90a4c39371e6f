import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Article } from "../../domain/articles/article.ts";
import type { Settings } from "../../settings.ts";
import { backUpDatabase } from "../../storage/backup/backup.ts";
import { loadSecretKeys } from "../../storage/keys/key-file.ts";
import { seedArticles, unseedArticles } from "../../storage/seed.ts";
import type { Call, Output } from "../command.ts";
import { Refusal } from "../explain.ts";
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

/** `kudos backup`: see database-commands.ts. */
export function backUp({ settings, operands: [file] }: Call<readonly ["FILE"]>): Promise<Output> {
  return withDatabaseOfAnyVersion(settings, async ({ database: { fresh, path } }) => {
    if (fresh) throw new Refusal(`there is no database at ${path} yet, so that there is nothing to copy`);
    const { path: keyFile } = await loadSecretKeys({ ...settings, databasePath: path, fresh });
    const copy = resolve(file);
    await backUpDatabase(path, copy, keyFile === null ? null : await readFile(keyFile, "utf8"));
    const keys = keyFile === null ? "The keys come from SECRET_KEY and are not in it." : `Its keys are in ${copy}.key.`;
    return {
      json: { database: path, file: copy, key_file: keyFile === null ? null : `${copy}.key` },
      text: `${copy} is a whole copy of ${path}. ${keys}\nkudos backup --help tells how to restore it, and what an old one brings back.`,
    };
  });
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
