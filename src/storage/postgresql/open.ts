import { setTimeout as sleep } from "node:timers/promises";
import { MikroORM } from "@mikro-orm/postgresql";
import pg, { type Client } from "pg";
import { runStatement } from "../../domain/query.ts";
import { createChanges } from "../changes.ts";
import type { Database, OpenOptions } from "../database.ts";
import { type Orm, ormOptions } from "../orm.ts";
import { seedArticles } from "../seed.ts";
import { ServerDialect } from "./dialect.ts";
import { explainConnection } from "./errors.ts";
import { type Feed, PROCESS_TABLE, startFeed } from "./feed.ts";
import { parseLocation } from "./location.ts";
import { countAppliedMigrations, migrations } from "./migrations.ts";
import { connectionSettings, createPool } from "./pool.ts";
import { untilHeard } from "./until-heard.ts";

/** The longest that a question for the database's health takes, in milliseconds. */
const LONGEST_ANSWER_MS = 2_000;

/** The key of the advisory lock of what no two processes do at once: migrating, seeding, rotating keys. */
export const ALONE_LOCK = 8_257_536_102;

/** Opens a database on a PostgreSQL server: see `openDatabase`. */
export async function openServer({ url, log = () => {}, sampleData = true }: OpenOptions): Promise<Database> {
  const { uri, name, path } = parseLocation(url);
  const pool = createPool(uri);
  const orm: Orm = new MikroORM({
    ...ormOptions({ dialect: new ServerDialect(pool, name), migrations, log }),
    clientUrl: uri,
    schemaGenerator: { disableForeignKeys: false, skipTables: [PROCESS_TABLE], ignoreTriggers: true },
  });
  const changes = createChanges();
  let feed: Feed | undefined;
  const run = async (sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> =>
    (await pool.query(sql, [...values])).rows;

  const explained = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw explainConnection(error, name);
    }
  };
  const applied = () => explained(() => countAppliedMigrations(run, name));
  /** Does some work while no other process does work of that kind: by a connection of its own, with whose end the lock ends, too. */
  const alone = <Result>(work: () => Promise<Result>): Promise<Result> =>
    explained(async () => {
      const holder: Client = new pg.Client(connectionSettings(uri));
      holder.on("error", () => {});
      await holder.connect();
      try {
        await holder.query("select pg_advisory_lock($1)", [ALONE_LOCK]);
        return await work();
      } finally {
        await holder.end();
      }
    });
  const closing = async (): Promise<void> => {
    await feed?.close();
    await orm.close();
    // The ORM ends a pool that it has used.
    if (!pool.ending) await pool.end();
  };
  const first = await applied().catch(async (error: unknown) => {
    await closing();
    throw error;
  });
  changes.watch({ news: () => null, untilHeard: () => untilHeard(run, undefined) });

  return {
    kind: "postgresql",
    orm,
    changes,
    name,
    path,
    log: null,
    fresh: first === 0,
    migrations: migrations.length,
    applied,
    alone,
    migrate: () =>
      alone(async () => {
        const before = await countAppliedMigrations(run, name);
        if (before === migrations.length) return;
        await orm.em.fork().transactional(async (tx) => {
          // Migrations may take longer than a request.
          await runStatement(tx, "set local statement_timeout = 0", []);
          await runStatement(tx, "set local idle_in_transaction_session_timeout = 0", []);
          await orm.migrator.up({ transaction: tx.getTransactionContext() });
          if (before === 0 && sampleData) await seedArticles(tx);
        });
      }),
    serve: async () => {
      feed = startFeed(uri);
      const { id, news } = feed;
      changes.watch({ news, untilHeard: () => untilHeard(run, id) });
    },
    answers: async () => {
      try {
        const asked = run("select 1").then(() => true);
        return await Promise.race([asked, sleep(LONGEST_ANSWER_MS, false, { ref: false })]);
      } catch {
        return false;
      }
    },
    close: closing,
  };
}
