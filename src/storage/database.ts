import { open } from "node:fs/promises";
import { Migrator } from "@mikro-orm/migrations";
import { MikroORM } from "@mikro-orm/sqlite";
import { Article } from "../domain/articles/article.ts";
import { ArticleLike } from "../domain/articles/article-like.ts";
import { AttemptCount } from "../domain/attempts/attempt-count.ts";
import { Event } from "../domain/audit-trail/event.ts";
import { AccessToken } from "../domain/credentials/access-token.ts";
import { Session } from "../domain/credentials/session.ts";
import { Role } from "../domain/users/role.ts";
import { User } from "../domain/users/user.ts";
import { seedArticles } from "./seed.ts";
import {
  BUSY_TIMEOUT_MS,
  immediately,
  makeStrict,
  proveWritable,
  type Run,
  serveWithin,
  useWriteAheadLog,
} from "./sqlite/backend.ts";
import { PatientDriver } from "./sqlite/dialect.ts";
import { explainDatabaseError } from "./sqlite/errors.ts";
import { IN_MEMORY, inspectLocation, parseDatabaseUrl } from "./sqlite/location.ts";
import { countAppliedMigrations, MIGRATION_TABLE, migrations } from "./sqlite/migrations.ts";

/** An opened database: looked at, proven to be writable, and not changed yet. */
export interface Database {
  readonly orm: MikroORM;
  /** The absolute path of the file, or `:memory:`. */
  readonly path: string;
  /** Whether it holds nothing yet: no migration had been applied when it was opened. */
  readonly fresh: boolean;
  /**
   * Brings it up to date in one transaction, and puts the sample articles into one that was empty. Processes that start at once
   * take turns.
   *
   * @throws {DatabaseUnavailable} having changed nothing
   */
  migrate(): Promise<void>;
  /** From now on nothing waits in the thread for other processes, since requests would wait with it. */
  serve(): Promise<void>;
  /** Whether a migrated database answers a question that reads no table. It never throws: false when the question fails, and after `close`. */
  answers(): Promise<boolean>;
  close(): Promise<void>;
}

function createOrm(path: string, log: (message: string) => void): MikroORM {
  return new MikroORM({
    driver: PatientDriver,
    entities: [User, Role, Article, ArticleLike, AccessToken, Session, Event, AttemptCount],
    extensions: [Migrator],
    dbName: path,
    driverOptions: { timeout: BUSY_TIMEOUT_MS },
    // Connecting must not look for tables: what is wrong with the file is found, and said, by `openDatabase`.
    ensureDatabase: false,
    forceUtcTimezone: true,
    debug: false,
    logger: log,
    metadataCache: { enabled: false },
    migrations: {
      tableName: MIGRATION_TABLE,
      migrationsList: migrations,
      // One transaction holds all of it, begun by `migrate` in the one way that keeps other processes out.
      transactional: false,
      allOrNothing: false,
      disableForeignKeys: false,
      snapshot: false,
      silent: true,
    },
  });
}

/**
 * Opens the database that a URL names, and refuses one that this program must not touch. A file that is not there is not made before
 * `migrate`, so that nothing is left behind by a start that fails.
 *
 * @param log takes the warnings of the ORM; statements are never logged
 * @throws {DatabaseUnavailable}
 */
export async function openDatabase({
  url,
  log = () => {},
}: {
  url: string;
  log?: (message: string) => void;
}): Promise<Database> {
  const path = parseDatabaseUrl(url);
  const exists = path !== IN_MEMORY && (await inspectLocation(url, path));
  const orm = createOrm(path, log);
  const connection = orm.em.getConnection();
  const run: Run = (sql) => connection.execute(sql);

  const explained = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      await orm.close();
      throw explainDatabaseError(error, path, "DATABASE_URL");
    }
  };

  return {
    orm,
    path,
    fresh:
      !exists ||
      (await explained(async () => {
        const applied = await countAppliedMigrations(run, path);
        await proveWritable(run);
        return applied === 0;
      })),
    migrate: () =>
      explained(async () => {
        // SQLite would let everybody read a file that it makes; its logs follow the file.
        if (!exists && path !== IN_MEMORY) await (await open(path, "a", 0o600)).close();
        await makeStrict(run);
        if (path !== IN_MEMORY) await useWriteAheadLog(run, path);
        const update = async (): Promise<void> => {
          const applied = await countAppliedMigrations(run, path);
          await orm.migrator.up();
          if (applied === 0) await seedArticles(orm.em.fork());
        };
        await immediately(run, update, "commit");
      }),
    serve: () => serveWithin(run),
    answers: () => connection.isConnected(),
    close: () => orm.close(),
  };
}
