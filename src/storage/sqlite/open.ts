import { setTimeout as sleep } from "node:timers/promises";
import { MikroORM } from "@mikro-orm/sqlite";
import type { ChangedUsers } from "../../domain/audit-trail/audit-trail.ts";
import { endAllAccess } from "../backup/end-access.ts";
import { foreignLog, inspectLog, requireFittingLog } from "../backup/log-beside.ts";
import { isUnusedBackup } from "../backup/mark.ts";
import { createChanges } from "../changes.ts";
import type { Database, OpenOptions } from "../database.ts";
import { ormOptions } from "../orm.ts";
import { seedArticles } from "../seed.ts";
import {
  BUSY_TIMEOUT_MS,
  immediately,
  noteWholeWhenClosed,
  proveWritable,
  type Run,
  SERVING_BUSY_TIMEOUT_MS,
  useWriteAheadLog,
} from "./backend.ts";
import { FileDialect } from "./dialect.ts";
import { explainDatabaseError } from "./errors.ts";
import { IN_MEMORY, inspectLocation, makePrivateFile, parseDatabaseUrl } from "./location.ts";
import { countAppliedMigrations, migrations } from "./migrations.ts";

/** The longest that a question for the database's health takes, in milliseconds. */
const LONGEST_ANSWER_MS = 2_000;

/** Opens a SQLite file, or a database in memory: see `openDatabase`. */
export async function openFile({
  url,
  log = () => {},
  thorough = false,
  sampleData = true,
}: OpenOptions): Promise<Database> {
  const path = parseDatabaseUrl(url);
  const exists = path !== IN_MEMORY && (await inspectLocation(url, path));
  const state = exists ? await inspectLog(path).catch(() => null) : null;
  if (state === "foreign") throw foreignLog(path);
  const dialect = new FileDialect(path, BUSY_TIMEOUT_MS);
  const orm = new MikroORM({ dbName: path, ...ormOptions({ dialect, migrations, log }) });
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
    kind: "sqlite",
    orm,
    changes,
    name: path,
    path,
    migrations: migrations.length,
    applied: () => countAppliedMigrations(run, path),
    alone: (work, end) => immediately(run, work, end),
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
      changes.watch({ news: newsOf(() => dialect.dataVersion()) });
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

/**
 * What other processes have changed, by a number that is another one after each of their commits: whatever it was about, it counts for
 * all users. Nothing of it need be in the log: somebody may have changed rows by hand.
 */
function newsOf(commits: () => number): () => ChangedUsers {
  let seen = Number.NaN;
  return () => {
    const now = commits();
    if (now === seen) return [];
    seen = now;
    return null;
  };
}
