import { setTimeout as sleep } from "node:timers/promises";
import { Migrator } from "@mikro-orm/migrations";
import { MikroORM } from "@mikro-orm/sqlite";
import { AccessToken } from "../domain/access-token.ts";
import { Article } from "../domain/article.ts";
import { ArticleLike } from "../domain/article-like.ts";
import { Role } from "../domain/role.ts";
import { Session } from "../domain/session.ts";
import { User } from "../domain/user.ts";
import { IN_MEMORY, inspectLocation, parseDatabaseUrl } from "./database-location.ts";
import { DatabaseUnavailable, explainDatabaseError, isBusy } from "./database-unavailable.ts";
import { migrations } from "./migrations.ts";
import { seedArticles } from "./seed.ts";

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
  close(): Promise<void>;
}

// How long a statement waits for another process's write to end. SQLite waits in the thread, so this is also the longest pause.
const BUSY_TIMEOUT_MS = 2_000;
const MIGRATION_TABLE = "migration";

const createOrm = (path: string, log: (message: string) => void): MikroORM =>
  new MikroORM({
    entities: [User, Role, Article, ArticleLike, AccessToken, Session],
    extensions: [Migrator],
    dbName: path,
    driverOptions: { timeout: BUSY_TIMEOUT_MS },
    // Connecting must not look for tables: what is wrong with the file is found, and said, by `inspect`.
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

/**
 * Opens the database that a URL names, and refuses one that this program must not touch. A file that is not there is not made before
 * `migrate`, so that nothing is left behind by a start that fails.
 *
 * @param log takes the warnings of the ORM; statements are never logged
 * @throws {DatabaseUnavailable}
 */
export const openDatabase = async ({
  url,
  log = () => {},
}: {
  url: string;
  log?: (message: string) => void;
}): Promise<Database> => {
  const path = parseDatabaseUrl(url);
  const exists = path !== IN_MEMORY && (await inspectLocation(url, path));
  const orm = createOrm(path, log);
  const connection = orm.em.getConnection();
  const run = (sql: string): Promise<Record<string, unknown>[]> => connection.execute(sql);

  const explained = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      await orm.close();
      throw explainDatabaseError(error, path);
    }
  };

  const immediately = async <Result>(work: () => Promise<Result>, end: "commit" | "rollback"): Promise<Result> => {
    // A plain `begin` takes the lock at its first write, when it may be too late to wait for it.
    await run("begin immediate");
    try {
      const result = await work();
      await run(end);
      return result;
    } catch (error) {
      // After some errors SQLite has rolled back by itself, and says so.
      await run("rollback").catch(() => undefined);
      throw error;
    }
  };

  const appliedMigrations = async (): Promise<number> => {
    const tables = await run(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
    );
    if (tables.length === 0) return 0;
    if (!tables.some(({ name }) => name === MIGRATION_TABLE)) {
      throw new DatabaseUnavailable(`database ${path} belongs to another program; choose another DATABASE_URL`);
    }
    const applied = await run(`select name from "${MIGRATION_TABLE}"`);
    const unknown = applied.find(({ name }) => !migrations.some((migration) => migration.name === name));
    if (unknown !== undefined) {
      throw new DatabaseUnavailable(
        `database ${path} was made by a newer version of Kudos; start that version, or restore a copy`,
      );
    }
    return applied.length;
  };

  const inspect = async (): Promise<boolean> => {
    const applied = await appliedMigrations();
    // A write that is taken back: beginning one proves nothing, as SQLite lets it pass on a file that it cannot write.
    const [current] = await run("pragma user_version");
    await immediately(() => run(`pragma user_version = ${Number(current?.["user_version"])}`), "rollback");
    return applied === 0;
  };

  const useWriteAheadLog = async (): Promise<void> => {
    await run("pragma foreign_keys = on");
    // A like that was answered is on the disk.
    await run("pragma synchronous = full");
    if (path === IN_MEMORY) return;
    // Changing the mode does not wait for others as a statement does.
    for (const deadline = Date.now() + BUSY_TIMEOUT_MS; ; await sleep(20)) {
      try {
        const [mode] = await run("pragma journal_mode = wal");
        if (mode?.["journal_mode"] === "wal") return;
        throw new DatabaseUnavailable(
          `database ${path} is on a disk without shared memory; choose another DATABASE_URL`,
        );
      } catch (error) {
        if (!isBusy(error) || Date.now() > deadline) throw error;
      }
    }
  };

  return {
    orm,
    path,
    fresh: exists ? await explained(inspect) : true,
    migrate: () =>
      explained(async () => {
        await useWriteAheadLog();
        await immediately(async () => {
          const applied = await appliedMigrations();
          await orm.migrator.up();
          if (applied === 0) await seedArticles(orm.em.fork());
        }, "commit");
      }),
    close: () => orm.close(),
  };
};
