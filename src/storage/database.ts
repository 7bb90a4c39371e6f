import { setTimeout as sleep } from "node:timers/promises";
import type { MikroORM } from "@mikro-orm/sqlite";
import { type Changes, createChanges } from "./changes.ts";
import { createOrm } from "./orm.ts";
import { seedArticles } from "./seed.ts";
import {
  BUSY_TIMEOUT_MS,
  immediately,
  proveWritable,
  type Run,
  SERVING_BUSY_TIMEOUT_MS,
  useWriteAheadLog,
} from "./sqlite/backend.ts";
import { FileDialect } from "./sqlite/dialect.ts";
import { explainDatabaseError } from "./sqlite/errors.ts";
import { IN_MEMORY, inspectLocation, makePrivateFile, parseDatabaseUrl } from "./sqlite/location.ts";
import { countAppliedMigrations } from "./sqlite/migrations.ts";

/** An opened database. Opening has proven that it is this program's and can be written to, and has changed nothing in it. */
export interface Database {
  readonly orm: MikroORM;
  /** The changes of accounts, credentials and roles, those by other processes from `serve` on. */
  readonly changes: Changes;
  /** The absolute path of the file, or `:memory:`. */
  readonly path: string;
  /** Whether the database holds nothing yet: no migration had been applied when it was opened. */
  readonly fresh: boolean;
  /**
   * Brings the database up to date in one transaction, and puts the sample articles into one that was empty, unless told not to.
   * Processes that start at once take turns.
   *
   * @throws {DatabaseUnavailable} having changed nothing
   */
  migrate(): Promise<void>;
  /**
   * Begins to watch other processes, and stops statements from waiting in the thread for them, since all requests would
   * wait with them.
   */
  serve(): Promise<void>;
  /**
   * Whether a migrated database answers within two seconds, and its files are in their place. Never throws: false after `close`, too.
   */
  answers(): Promise<boolean>;
  close(): Promise<void>;
}

/** The longest that a question for the database's health takes, in milliseconds. */
const LONGEST_ANSWER_MS = 2_000;

/**
 * Opens the database that a URL names, and refuses one of another program or of a newer version. A missing file is made by `migrate`
 * only, so that a start that fails leaves nothing behind.
 *
 * @param log called with the warnings of the ORM; statements are never logged
 * @param sampleData whether `migrate` puts the sample articles into a database that was empty
 * @throws {DatabaseUnavailable}
 */
export async function openDatabase({
  url,
  log = () => {},
  sampleData = true,
}: {
  url: string;
  log?: (message: string) => void;
  sampleData?: boolean;
}): Promise<Database> {
  const path = parseDatabaseUrl(url);
  const exists = path !== IN_MEMORY && (await inspectLocation(url, path));
  const dialect = new FileDialect(path, BUSY_TIMEOUT_MS);
  const orm = createOrm(path, dialect, log);
  const connection = orm.em.getConnection();
  const changes = createChanges();
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
    changes,
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
        if (!exists && path !== IN_MEMORY) await makePrivateFile(path);
        if (path !== IN_MEMORY) await useWriteAheadLog(run, path);
        const update = async (): Promise<void> => {
          const applied = await countAppliedMigrations(run, path);
          await orm.migrator.up();
          if (applied === 0 && sampleData) await seedArticles(orm.em.fork());
        };
        await immediately(run, update, "commit");
      }),
    serve: async () => {
      dialect.serve(SERVING_BUSY_TIMEOUT_MS);
      changes.watch(() => dialect.dataVersion());
    },
    answers: async () => {
      try {
        dialect.requirePresence();
        return await Promise.race([connection.isConnected(), sleep(LONGEST_ANSWER_MS, false, { ref: false })]);
      } catch {
        return false;
      }
    },
    close: () => orm.close(),
  };
}
