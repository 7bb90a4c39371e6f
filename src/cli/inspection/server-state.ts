import type { ServerState } from "../../storage/postgresql/catalog.ts";
import { CONNECTIONS, STATEMENT_MS } from "../../storage/postgresql/pool.ts";
import { doubtful, type Finding, wrong } from "./finding.ts";

/** The oldest version that Kudos is tried with. */
const TRIED = { number: 150_000, name: "15" };

/** A difference of clocks that is none of measuring, in milliseconds. */
const CLOCKS_MS = 5_000;

/** The time that a session may need in which a migration runs, or that waits for one, in milliseconds. */
const SESSION_MS = 60_000;

/** What is wrong with a server, as far as it can be known; `migrates` is whether migrations are left to apply. */
export function judgeServer(name: string, state: ServerState, migrates: boolean): Finding[] {
  return [
    ...versionOf(name, state),
    ...durability(name, state),
    ...rights(name, state, migrates),
    ...sessions(name, state),
  ];
}

function versionOf(name: string, { version, number, encoding }: ServerState): Finding[] {
  const found: Finding[] = [];
  if (number < TRIED.number) {
    const message = `the server of ${name} is PostgreSQL ${version}, and Kudos is tried from ${TRIED.name} on`;
    found.push(doubtful("database", message, `PostgreSQL ${TRIED.name} or later`));
  }
  if (encoding !== "UTF8") {
    const message = `the encoding of ${name} is ${encoding}, which cannot hold every name and title`;
    found.push(wrong("database", message, "another one, made by createdb --encoding=UTF8 --template=template0"));
  }
  return found;
}

function durability(
  name: string,
  { fsync, full_page_writes: pages, synchronous_commit: commit }: ServerState,
): Finding[] {
  const found: Finding[] = [];
  const server = `the server of ${name}`;
  if (fsync === "off") {
    const message = `fsync is off on ${server}: a power cut can damage the database, or lose what has been answered`;
    found.push(
      wrong("database", message, "alter system reset fsync, or see postgresql.conf; then select pg_reload_conf()"),
    );
  }
  if (pages === "off") {
    const message = `full_page_writes is off on ${server}: a power cut can damage the database`;
    const cure = "alter system reset full_page_writes, or see postgresql.conf; then select pg_reload_conf()";
    found.push(wrong("database", message, cure));
  }
  if (commit === "off") {
    const message = `synchronous_commit is off for ${name}: a power cut can lose what has been answered`;
    found.push(wrong("database", message, "set it to on for the server, the database and the role"));
  }
  return found;
}

function rights(
  name: string,
  { role, schema, may_create: mayCreate, closed }: ServerState,
  migrates: boolean,
): Finding[] {
  if (schema === null) {
    const message = `no schema of the search_path of ${role} is there in ${name}`;
    return [wrong("database", message, `create schema authorization "${role}", or set search_path`)];
  }
  const found: Finding[] = [];
  if (migrates && mayCreate !== true) {
    const message = `${role} may make no tables in the schema ${schema} of ${name}`;
    found.push(wrong("database", message, `as its owner: grant create on schema "${schema}" to "${role}"`));
  }
  if (closed > 0) {
    const message = `${role} may not read and write ${closed} tables of ${name}`;
    const cure = `as their owner: grant select, insert, update, delete on all tables in schema "${schema}" to "${role}"`;
    found.push(wrong("database", message, cure));
  }
  return found;
}

function sessions(name: string, state: ServerState): Finding[] {
  const { left, ahead, role, statement_timeout: timeout } = state;
  const found: Finding[] = [];
  if (timeout !== STATEMENT_MS) {
    const message = `what stands before ${name}, such as a pooler, drops the settings of connections`;
    const cure = "the address of PostgreSQL itself in DATABASE_URL: notifications and locks need a session, too";
    found.push(wrong("database", message, cure));
  }
  if (left < CONNECTIONS) {
    const message = `${Math.max(0, left)} connections are left at ${name}, and each process takes up to ${CONNECTIONS}`;
    found.push(doubtful("database", message, "raise max_connections or the limit of the role, or stop other programs"));
  }
  if (Math.abs(ahead) > CLOCKS_MS) {
    const seconds = Math.round(Math.abs(ahead) / 1000);
    const message = `the clock of ${name} is ${seconds} s ${ahead > 0 ? "ahead of" : "behind"} that of this machine`;
    found.push(
      doubtful("database", message, "set both by NTP: the ends of tokens and codes go by the clock of each process"),
    );
  }
  for (const limit of ["idle_session_timeout", "transaction_timeout"] as const) {
    const milliseconds = state[limit] ?? 0;
    if (milliseconds === 0 || milliseconds >= SESSION_MS) continue;
    const message = `${limit} is ${milliseconds} ms for ${role} at ${name}: it can end a request, and a migration that takes longer`;
    found.push(doubtful("database", message, `alter role "${role}" set ${limit} = 0, or a minute and more`));
  }
  return found;
}
