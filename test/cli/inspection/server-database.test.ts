import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import test, { type ExecutionContext } from "ava";
import { judgeServer } from "../../../src/cli/inspection/server-state.ts";
import { generateSecretKey } from "../../../src/domain/secrets/secret-keys.ts";
import { openDatabase } from "../../../src/storage/open-database.ts";
import { readServerState, type ServerState } from "../../../src/storage/postgresql/catalog.ts";
import { endSharedProcess } from "../../support/command-process.ts";
import { bad, examine } from "../../support/doctor.ts";
import { openShop } from "../../support/kudos.ts";
import { createCluster, ownClusterTest } from "../../support/own-cluster.ts";
import { postgreSqlDatabase, postgreSqlTest, runPostgreSql } from "../../support/postgresql.ts";

test.after.always(endSharedProcess);

/** What is not well with a database, in the words of `kudos doctor`; its name is NAME. */
async function findingsOf(t: ExecutionContext, url: string): Promise<readonly string[]> {
  const shop = await openShop(t, { migrated: false });
  const findings = await examine(t, shop, { DATABASE_URL: url, SECRET_KEY: generateSecretKey() });
  for (const { message, cure } of findings) t.notRegex(message + cure, /\n/);
  return bad(findings).map((line) => line.replaceAll(/postgresql:\/\/\S+?(?=[\s,:;]* |$)/g, "NAME"));
}

const databaseIn = (url: string) => new URL(url).pathname.slice(1);

/** A role without special rights, and the URL of a database for it. */
async function asStranger(t: ExecutionContext, { migrated }: { migrated: boolean }) {
  const role = `kudos_test_${randomUUID().replaceAll("-", "")}`;
  const server = await postgreSqlDatabase(t, { migrated: false });
  await runPostgreSql(server, `create role ${role} login password 'none'`);
  // The database is dropped first, and with it what the role may do there.
  t.teardown(() => runPostgreSql(server, `drop role ${role}`));
  const owner = await postgreSqlDatabase(t, { migrated });
  const url = new URL(owner);
  url.username = role;
  url.password = "none";
  return { role, owner, url: url.href };
}

postgreSqlTest("doctor: commits that do not wait for the disk, and sessions that are ended", async (t) => {
  const url = await postgreSqlDatabase(t);
  const name = databaseIn(url);
  await runPostgreSql(url, `alter database ${name} set synchronous_commit = off`);
  await runPostgreSql(url, `alter database ${name} set idle_session_timeout = '5s'`);
  const [commit, idle, ...rest] = await findingsOf(t, url);
  t.is(commit, "wrong database: synchronous_commit is off for NAME: a power cut can lose what has been answered");
  t.regex(idle ?? "", /^doubtful database: idle_session_timeout is 5000 ms for \w+ at NAME: it can end /);
  t.deepEqual(rest, []);
  // The disk of this machine is enough; connections set a statement_timeout of their own.
  await runPostgreSql(url, `alter database ${name} set synchronous_commit = local`);
  await runPostgreSql(url, `alter database ${name} set idle_session_timeout = '1min'`);
  await runPostgreSql(url, `alter database ${name} set statement_timeout = '1s'`);
  t.deepEqual(await findingsOf(t, url), []);
});

postgreSqlTest("doctor: an encoding that cannot hold every text", async (t) => {
  const server = await postgreSqlDatabase(t, { migrated: false });
  const name = `${databaseIn(server)}_latin`;
  await runPostgreSql(server, `create database ${name} encoding 'LATIN1' locale 'C' template template0`);
  t.teardown(() => runPostgreSql(server, `drop database ${name} with (force)`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  t.deepEqual(await findingsOf(t, url.href), [
    "wrong database: there is nothing in NAME yet",
    "wrong database: the encoding of NAME is LATIN1, which cannot hold every name and title",
  ]);
});

postgreSqlTest(
  "doctor: a role that may make no tables where some are missing, or has none of those that are there",
  async (t) => {
    const empty = await asStranger(t, { migrated: false });
    // As PostgreSQL has it from 15 on.
    await runPostgreSql(empty.owner, "revoke create on schema public from public");
    t.deepEqual(await findingsOf(t, empty.url), [
      "wrong database: there is nothing in NAME yet",
      `wrong database: ${empty.role} may make no tables in the schema public of NAME`,
    ]);
    await runPostgreSql(
      empty.owner,
      `alter role ${empty.role} in database ${databaseIn(empty.owner)} set search_path = gone`,
    );
    t.deepEqual((await findingsOf(t, empty.url)).slice(1), [
      `wrong database: no schema of the search_path of ${empty.role} is there in NAME`,
    ]);

    const { role, owner, url } = await asStranger(t, { migrated: true });
    t.deepEqual(await findingsOf(t, url), ["wrong database: database NAME does not permit this"]);
    await runPostgreSql(owner, `grant select on migration to ${role}`);
    const [closed = "", ...rest] = await findingsOf(t, url);
    t.regex(closed, new RegExp(`^wrong database: ${role} may not read and write \\d+ tables of NAME$`));
    t.deepEqual(rest, []);
    // What the remedy says.
    await runPostgreSql(owner, `grant select, insert, update, delete on all tables in schema "public" to "${role}"`);
    t.deepEqual(await findingsOf(t, url), []);
  },
);

postgreSqlTest("doctor: fewer connections than a process takes, by the limit of a role or a database", async (t) => {
  const { role, owner, url } = await asStranger(t, { migrated: true });
  await runPostgreSql(owner, `grant select, insert, update, delete on all tables in schema public to ${role}`);
  const few = (left: number) => [
    `doubtful database: ${left} connections are left at NAME, and each process takes up to 11`,
  ];
  await runPostgreSql(owner, `alter role ${role} connection limit 5`);
  t.deepEqual(await findingsOf(t, url), few(5));
  await runPostgreSql(owner, `alter role ${role} connection limit -1`);
  await runPostgreSql(owner, `alter database ${databaseIn(owner)} connection limit 4`);
  t.deepEqual(await findingsOf(t, url), few(4));
  // It counts for no superuser.
  t.deepEqual(await findingsOf(t, owner), []);
});

postgreSqlTest("doctor: a clock that is not this machine's, and an old version", async (t) => {
  const database = await openDatabase({ url: await postgreSqlDatabase(t) });
  t.teardown(() => database.close());
  const run = (sql: string) => database.orm.em.getConnection().execute(sql);
  const judged = (state: ServerState) => bad(judgeServer("NAME", state, false));
  t.deepEqual(judged(await readServerState(run)), []);
  t.deepEqual(judged(await readServerState(run, () => Date.now() + 60_000)), [
    "doubtful database: the clock of NAME is 60 s behind that of this machine",
  ]);
  t.deepEqual(judged(await readServerState(run, () => Date.now() - 60_000)), [
    "doubtful database: the clock of NAME is 60 s ahead of that of this machine",
  ]);
  t.deepEqual(judged({ ...(await readServerState(run)), version: "14.9", number: 140_009 }), [
    "doubtful database: the server of NAME is PostgreSQL 14.9, and Kudos is tried from 15 on",
  ]);
});

/** The length of a message, and of a startup message with its version, before what follows. */
const [LENGTH, HEADER] = [4, 8];

/**
 * The same URL by way of a pooler, as far as that deals with the settings of a connection, which are in its first message (PostgreSQL,
 * 55.7): PgBouncer refuses all but some, or drops them with `ignore_startup_parameters`.
 */
async function byPooler(t: ExecutionContext, url: string, settings: "refused" | "dropped"): Promise<string> {
  const target = new URL(url);
  const pooler = createServer((near) => {
    near.on("error", () => {});
    near.once("data", (first) => {
      if (settings === "refused") return void near.end(refusal("unsupported startup parameter: statement_timeout"));
      const far = connect(Number(target.port || 5432), target.hostname);
      far.on("error", () => near.destroy());
      far.write(withoutSettings(first));
      near.pipe(far).pipe(near);
    });
  });
  await once(pooler.listen(0, "127.0.0.1"), "listening");
  t.teardown(() => pooler.close());
  const near = new URL(url);
  near.port = String((pooler.address() as AddressInfo).port);
  return near.href;
}

function withoutSettings(startup: Buffer): Buffer {
  const texts = startup.toString("utf8", HEADER).split("\0");
  const kept = texts.flatMap((name, index) =>
    index % 2 === 0 && /^(user|database|application_name|client_encoding)$/.test(name) ? [name, texts[index + 1]] : [],
  );
  const body = Buffer.concat([startup.subarray(LENGTH, HEADER), Buffer.from(`${kept.join("\0")}\0\0`)]);
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(LENGTH + body.length);
  return Buffer.concat([length, body]);
}

function refusal(message: string): Buffer {
  const body = Buffer.from(`SFATAL\0C08P01\0M${message}\0\0`);
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(LENGTH + body.length);
  return Buffer.concat([Buffer.from("E"), length, body]);
}

postgreSqlTest("doctor: a pooler that refuses the settings of connections, or drops them", async (t) => {
  const url = await postgreSqlDatabase(t);
  t.deepEqual(await findingsOf(t, await byPooler(t, url, "refused")), [
    "wrong database: database NAME refuses the settings of a connection, as a pooler does",
  ]);
  t.deepEqual(await findingsOf(t, await byPooler(t, url, "dropped")), [
    "wrong database: what stands before NAME, such as a pooler, drops the settings of connections",
  ]);
});

ownClusterTest("doctor: a server that a power cut can damage, and one with few connections", async (t) => {
  const cluster = createCluster(t);
  for (const setting of ["fsync = off", "full_page_writes = off", "max_connections = 10"]) {
    await runPostgreSql(cluster.url, `alter system set ${setting}`);
  }
  cluster.stop();
  cluster.start();
  t.deepEqual(await findingsOf(t, cluster.url), [
    "wrong database: there is nothing in NAME yet",
    "wrong database: fsync is off on the server of NAME: a power cut can damage the database, or lose what has been answered",
    "wrong database: full_page_writes is off on the server of NAME: a power cut can damage the database",
    "doubtful database: 10 connections are left at NAME, and each process takes up to 11",
  ]);
  // What the remedies say, without another start.
  for (const setting of ["fsync", "full_page_writes"]) {
    await runPostgreSql(cluster.url, `alter system reset ${setting}`);
  }
  await runPostgreSql(cluster.url, "select pg_reload_conf()");
  t.is((await findingsOf(t, cluster.url)).length, 2);
});
