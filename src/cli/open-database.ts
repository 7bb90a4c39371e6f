import type { EntityManager } from "@mikro-orm/core";
import type { Occasion } from "../domain/accounts/accounts.ts";
import type { PasswordHasher } from "../domain/passwords/password-hasher.ts";
import { createPasswordHasher } from "../hashing/hasher.ts";
import type { Settings } from "../settings.ts";
import { type Database, openDatabase } from "../storage/database.ts";
import type { Run } from "../storage/sqlite/backend.ts";
import { explainDatabaseError } from "../storage/sqlite/errors.ts";
import { IN_MEMORY } from "../storage/sqlite/location.ts";
import { countAppliedMigrations, migrations } from "../storage/sqlite/migrations.ts";
import { eventLog } from "./event-log.ts";
import { Refusal } from "./explain.ts";

/** What a command works with. */
export interface Workplace {
  readonly em: EntityManager;
  readonly database: Database;
  /** Runs one statement outside every unit of work. */
  readonly run: Run;
  /** Now, and the operator. */
  readonly occasion: Occasion;
}

/**
 * Opens the database for some work, as it is, and closes it.
 *
 * @throws {DatabaseUnavailable}
 * @throws {Refusal} when the database lives in memory
 */
export async function atAnyDatabase<Result>(
  { databaseUrl, logLevel }: Settings,
  work: (workplace: Workplace) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase({ url: databaseUrl });
  const { orm, path } = database;
  const connection = orm.em.getConnection();
  try {
    if (path === IN_MEMORY) throw new Refusal("a database in memory is its own process's; choose another DATABASE_URL");
    const occasion = { now: new Date(), origin: { actor: "cli", address: null, tell: eventLog(logLevel) } };
    return await work({ em: orm.em.fork(), database, run: (sql) => connection.execute(sql), occasion });
  } catch (error) {
    throw explainDatabaseError(error, path, "DATABASE_URL");
  } finally {
    await database.close();
  }
}

/**
 * Opens a database that this version of the program serves. None is made and none is brought up to date: a slip in DATABASE_URL
 * must not make an empty one, and a server of the version before may be at work.
 *
 * @throws {DatabaseUnavailable}
 * @throws {Refusal} when it is not there, or not up to date
 */
export function atDatabase<Result>(
  settings: Settings,
  work: (workplace: Workplace) => Promise<Result>,
): Promise<Result> {
  return atAnyDatabase(settings, async (workplace) => {
    const { fresh, path, migrate } = workplace.database;
    if (fresh) throw new Refusal(`there is no database at ${path} yet; kudos migrate makes it, or see DATABASE_URL`);
    if ((await countAppliedMigrations(workplace.run, path)) < migrations.length) {
      throw new Refusal(`database ${path} is not up to date; stop its servers and run kudos migrate`);
    }
    // With nothing to migrate, this only sets up the connection.
    await migrate();
    return await work(workplace);
  });
}

/** Does some work with a hasher of passwords, and lets go of its threads. */
export async function withPasswords<Result>(
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
