import type { EntityManager } from "@mikro-orm/core";
import type { Occasion } from "../domain/audit-trail/audit-trail.ts";
import { notifyOwners } from "../domain/mail/notices.ts";
import { createOutbox } from "../domain/mail/outbox.ts";
import type { PasswordHasher } from "../domain/passwords/password-hasher.ts";
import type { SecretKeys } from "../domain/secrets/secret-keys.ts";
import { createPasswordHasher } from "../hashing/hasher.ts";
import { type Settings, sendsMail } from "../settings.ts";
import { type Database, LOG_MISSING } from "../storage/database.ts";
import { loadSecretKeys } from "../storage/keys/key-file.ts";
import { openDatabase } from "../storage/open-database.ts";
import type { Run } from "../storage/sqlite/backend.ts";
import { explainDatabaseError } from "../storage/sqlite/errors.ts";
import { IN_MEMORY } from "../storage/sqlite/location.ts";
import { eventLog } from "./event-log.ts";
import { Refusal } from "./explain.ts";

/** The opened database that a command works on. */
export interface CommandContext {
  readonly em: EntityManager;
  readonly database: Database;
  /** Runs one SQL statement outside every unit of work. */
  readonly run: Run;
  /** Loads the secret keys. */
  readonly keys: () => Promise<SecretKeys>;
  /** The time of the command, and `cli` as the actor, for the audit trail. */
  readonly occasion: Occasion;
}

/**
 * Does some work on the database of the settings, whichever version of the program made it, and closes it.
 *
 * @throws {DatabaseUnavailable}
 * @throws {Refusal} when the database is in memory
 */
export async function withDatabaseOfAnyVersion<Result>(
  settings: Settings,
  work: (context: CommandContext) => Promise<Result>,
): Promise<Result> {
  const { databaseUrl, logLevel, sampleData } = settings;
  const database = await openDatabase({ url: databaseUrl, sampleData });
  const { orm, path } = database;
  const connection = orm.em.getConnection();
  try {
    if (database.log === "missing") process.stderr.write(`kudos: ${path}: ${LOG_MISSING}\n`);
    if (path === IN_MEMORY) throw new Refusal("a database in memory is its own process's; choose another DATABASE_URL");
    const occasion = {
      now: new Date(),
      actor: "cli",
      address: null,
      tell: eventLog(logLevel),
      changed: database.changes.changed,
      ...(sendsMail(settings) && { notify: noticesBy(settings, path) }),
    };
    const keys = keysOf(settings, path);
    return await work({ em: orm.em.fork(), database, run: (sql) => connection.execute(sql), keys, occasion });
  } catch (error) {
    throw explainDatabaseError(error, path, "DATABASE_URL");
  } finally {
    await database.close();
  }
}

/**
 * Does some work on the database of the settings, if it is up to date, and closes it. A database is never made here, because a typing
 * error in DATABASE_URL would make an empty one; and never migrated, because servers of the previous version may be running on it.
 *
 * @throws {DatabaseUnavailable}
 * @throws {Refusal} when the database does not exist, or is not up to date
 */
export function withDatabase<Result>(
  settings: Settings,
  work: (context: CommandContext) => Promise<Result>,
): Promise<Result> {
  return withDatabaseOfAnyVersion(settings, async (context) => {
    const { fresh, name, migrate, migrations, applied } = context.database;
    if (fresh) throw new Refusal(`there is no database at ${name} yet; kudos migrate makes it, or see DATABASE_URL`);
    if ((await applied()) < migrations) {
      throw new Refusal(`database ${name} is not up to date; stop its servers and run kudos migrate`);
    }
    // No migration is left to apply; `migrate` also sets up the connection.
    await migrate();
    return await work(context);
  });
}

/** Does some work with a hasher of passwords, and ends its threads. */
export async function withPasswordHasher<Result>(
  { passwordCost: cost, passwordEngine: engine }: Settings,
  work: (passwords: PasswordHasher) => Promise<Result>,
): Promise<Result> {
  const passwords = await createPasswordHasher({ cost, engine, threads: 1 });
  try {
    return await work(passwords);
  } finally {
    await passwords.close();
  }
}

/** Writes mails for owners into the database; the server sends them, or the next one that starts. */
function noticesBy({ publicUrl, port, basePath, ...settings }: Settings, databasePath: string): Occasion["notify"] {
  const keys = keysOf(settings, databasePath);
  return notifyOwners(createOutbox({ keys, publicUrl: () => (publicUrl ?? `http://localhost:${port}`) + basePath }));
}

/** Loads the keys of a database that exists. */
function keysOf(settings: Pick<Settings, "secretKey" | "secretKeyFile">, databasePath: string) {
  return async () => (await loadSecretKeys({ ...settings, databasePath, fresh: false })).keys;
}
