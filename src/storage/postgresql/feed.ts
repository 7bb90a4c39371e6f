import { randomUUID } from "node:crypto";
import pg, { type Client } from "pg";
import type { ChangedUsers } from "../../domain/audit-trail/audit-trail.ts";
import { connectionSettings } from "./pool.ts";

/**
 * The time for which a process goes by the principals that it knows, from the moment at which it asked for changes, in milliseconds.
 * Whoever ends access waits for as long at most.
 */
export const LEASE_MS = 2_000;

/** The time between two questions, in milliseconds: several fit into a lease. */
const EVERY_MS = 400;

/** The longest time that an answer takes before its connection is given up, in milliseconds. */
const ANSWER_MS = 1_500;

/** The table of the processes that serve, each with the newest change of principals that it has heard of. */
export const PROCESS_TABLE = "process";

/** The channel of the bell that rings with each change of principals; see the migrations. */
export const CHANNEL = "kudos_principal_change";

/** The most changes that are looked at one by one; more count for all users. */
const MOST_CHANGES = 1_000;

// Ids rise in the order of the commits, so that all of these are there once the last one is. Those that are missing were pruned, or never made.
const CHANGES = "select user_id from principal_change where id > $1 and id <= $2";

// What a process has heard of, and the newest change there is, by one snapshot.
const ASK =
  `insert into ${PROCESS_TABLE} (id, seen) values ($1, $2) on conflict (id) do update set seen = excluded.seen ` +
  "returning (select coalesce(max(id), 0) from principal_change)::int as newest";

/** What one process knows of the changes that others make. */
export interface Feed {
  /** The name of this process in the table. */
  readonly id: string;
  /**
   * The users whose principals have changed since the call before.
   *
   * @throws {Error} while it is not known: the database has not answered for the time of a lease
   */
  news(): ChangedUsers;
  close(): Promise<void>;
}

/**
 * Asks for changes of principals again and again, and at once when the bell rings. The bell (`NOTIFY`) is lost with its connection, so it
 * is not relied upon: what counts is the answer to the question, which is of the time when it was asked. A process first forgets what it
 * knows, then says that it has heard; its lease ends by itself, by a clock that nobody sets, when it stands still or loses the database.
 */
export function startFeed(uri: string): Feed {
  const id = randomUUID();
  let client: Client | undefined;
  let position = 0;
  let news: ChangedUsers = null;
  let leaseEnd = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;
  let rung = false;
  let closed = false;

  const connect = async (): Promise<Client> => {
    const made = new pg.Client({ ...connectionSettings(uri), query_timeout: ANSWER_MS });
    made.on("error", () => {});
    made.on("end", () => {
      if (client === made) client = undefined;
    });
    made.on("notification", ask);
    try {
      await made.connect();
      await made.query(`listen ${CHANNEL}`);
    } catch (error) {
      void made.end().catch(() => {});
      throw error;
    }
    return made;
  };
  const askOnce = async (): Promise<void> => {
    client ??= await connect();
    for (;;) {
      rung = false;
      const asked = performance.now();
      const { rows } = await client.query<{ newest: number }>({ name: "ask", text: ASK, values: [id, position] });
      const newest = rows[0]?.newest ?? position;
      if (newest !== position) {
        const users = await changedBetween(client, position, newest);
        // Where nobody asks for long, the list would grow for ever.
        news =
          news === null || users === null || news.length + users.length > MOST_CHANGES ? null : [...news, ...users];
        position = newest;
        continue;
      }
      leaseEnd = asked + LEASE_MS;
      if (!rung) return;
    }
  };
  function ask(): void {
    rung = true;
    if (closed || asking !== undefined) return;
    asking = askOnce()
      .catch(() => {
        void client?.end().catch(() => {});
        client = undefined;
      })
      .finally(() => {
        asking = undefined;
      });
  }
  const timer = setInterval(ask, EVERY_MS);
  timer.unref();
  ask();

  return {
    id,
    news: () => {
      if (performance.now() >= leaseEnd) throw new Error("Nothing is known of other processes.");
      const heard = news;
      news = [];
      return heard;
    },
    close: async () => {
      closed = true;
      clearInterval(timer);
      leaseEnd = Number.NEGATIVE_INFINITY;
      await asking;
      const last = client;
      client = undefined;
      await last?.query(`delete from ${PROCESS_TABLE} where id = $1`, [id]).catch(() => {});
      await last?.end().catch(() => {});
    },
  };
}

/** The users of the changes after one id up to another; null where not all of these are there to look at, or one is of all users. */
async function changedBetween(client: Client, after: number, newest: number): Promise<ChangedUsers> {
  if (newest < after || newest - after > MOST_CHANGES) return null;
  const { rows } = await client.query<{ user_id: number | null }>({
    name: "changes",
    text: CHANGES,
    values: [after, newest],
  });
  const users = rows.map(({ user_id }) => user_id);
  return users.length === newest - after && users.every((user) => user !== null) ? users : null;
}
