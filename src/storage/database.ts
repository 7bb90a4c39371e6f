import { setTimeout as sleep } from "node:timers/promises";
import type { MikroORM } from "@mikro-orm/sqlite";
import { endAllAccess } from "./backup/end-access.ts";
import { foreignLog, inspectLog, type LogState, requireFittingLog } from "./backup/log-beside.ts";
import { isUnusedBackup } from "./backup/mark.ts";
import { type Changes, createChanges } from "./changes.ts";
import { createOrm } from "./orm.ts";
import { seedArticles } from "./seed.ts";
import {
  BUSY_TIMEOUT_MS,
  immediately,
  noteWholeWhenClosed,
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
  /** The state of the log that was beside the file when it was opened. */
  readonly log: LogState;
  /** Whether the database holds nothing yet: no migration had been applied when it was opened. */
  readonly fresh: boolean;
  /**
   * Brings the database up to date in one transaction, and puts the sample articles into one that was empty, unless told not to.
   * Processes that start at once take turns. Of a backup that has not been put to use it ends all access, see `endAllAccess`.
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

/** The warning about a database whose log is missing. */
export const LOG_MISSING =
  "the log of this database is missing: if the file was copied while a server ran, or the log was deleted, what was in the log is lost; " +
  "kudos backup makes whole copies";

/** The longest that a question for the database's health takes, in milliseconds. */
const LONGEST_ANSWER_MS = 2_000;

/**
 * Opens the database that a URL names, and refuses one of another program or of a newer version. A missing file is made by `migrate`
 * only, so that a start that fails leaves nothing behind.
 *
 * @param log called with the warnings of the ORM; statements are never logged
 * @param thorough whether the file is read through when a log was left beside it, which takes a second for each 100 MB or so
 * @param sampleData whether `migrate` puts the sample articles into a database that was empty
 * @throws {DatabaseUnavailable}
 */
export async function openDatabase({
  url,
  log = () => {},
  thorough = false,
  sampleData = true,
}: {
  url: string;
  log?: (message: string) => void;
  thorough?: boolean;
  sampleData?: boolean;
}): Promise<Database> {
  const path = parseDatabaseUrl(url);
  const exists = path !== IN_MEMORY && (await inspectLocation(url, path));
  const state = exists ? await inspectLog(path).catch(() => null) : null;
  if (state === "foreign") throw foreignLog(path);
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
    log: state,
    fresh:
      !exists ||
      (await explained(async () => {
        if (state === "left" && thorough) await requireFittingLog(run, path);
        const applied = await countAppliedMigrations(run, path);
        await proveWritable(run);
        return applied === 0;
      })),
    migrate: () =>
      explained(async () => {
        if (!exists && path !== IN_MEMORY) await makePrivateFile(path);
        if (path !== IN_MEMORY) {
          await noteWholeWhenClosed(run);
          await useWriteAheadLog(run, path);
        }
        const update = async (): Promise<void> => {
          const applied = await countAppliedMigrations(run, path);
          await orm.migrator.up();
          if (applied === 0 && sampleData) await seedArticles(orm.em.fork());
          if (await isUnusedBackup(run)) {
            const users = await endAllAccess(run, new Date());
            log(`this is a backup: all access of its ${users} users has ended; kudos restore --help says why`);
          }
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
