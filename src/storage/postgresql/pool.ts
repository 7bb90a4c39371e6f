import pg, { type ClientConfig, type Pool } from "pg";

/** The most connections of one process. Those of all processes have to stay below the `max_connections` of the server. */
const MOST_CONNECTIONS = 10;

/** The most connections of a process that serves, with that of its feed. */
export const CONNECTIONS: number = MOST_CONNECTIONS + 1;

/** The time in which a connection is made, and for which a request waits for a free one, in milliseconds. */
const CONNECTING_MS = 3_000;

/** The longest time of a statement, and of its wait for a lock, in milliseconds; and when its silence means that the server is gone. */
export const STATEMENT_MS = 7_000;
const LOCK_MS = 5_000;
const SILENCE_MS = 8_000;

/**
 * The longest time that a transaction does nothing, in milliseconds: a process that stands still must not keep all others from writing.
 */
const IDLE_IN_TRANSACTION_MS = 3_000;

/** The settings of every connection. Times of day are sent in UTC. */
export function connectionSettings(uri: string): ClientConfig {
  return {
    connectionString: uri,
    application_name: "kudos",
    connectionTimeoutMillis: CONNECTING_MS,
    keepAlive: true,
    options: "-c TimeZone=UTC",
    types: { getTypeParser },
  };
}

/** Opens a pool of connections; none is made before the first is needed. A lost one is replaced when the next is needed. */
export function createPool(uri: string): Pool {
  const pool = new pg.Pool({
    ...connectionSettings(uri),
    max: MOST_CONNECTIONS,
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    query_timeout: SILENCE_MS,
  });
  // An error of a connection reaches the statement that is under way. Without a listener the same event would end the process.
  pool.on("connect", (client) => client.on("error", () => {}));
  pool.on("error", () => {});
  return pool;
}

/** The numbers of the types (`pg_type.oid`) that are not read as texts. */
const BIGINT = 20;
const TIMESTAMPTZ = 1184;

function getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
  if (oid === BIGINT) return Number;
  if (oid === TIMESTAMPTZ) return utc;
  return pg.types.getTypeParser(oid, format as "text");
}

/** The time that the server writes as `2026-05-01 12:00:00.123+00`. */
function utc(text: string): Date {
  return new Date(`${text.slice(0, 10)}T${text.slice(11).replace(/\+00$/, "Z")}`);
}
