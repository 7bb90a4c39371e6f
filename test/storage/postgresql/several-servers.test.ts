import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ExecutionContext } from "ava";
import { generateSecretKey } from "../../../src/domain/secrets/secret-keys.ts";
import { openDatabase } from "../../../src/storage/open-database.ts";
import { LEASE_MS, startFeed } from "../../../src/storage/postgresql/feed.ts";
import { wayTo } from "../../support/cut-connection.ts";
import { postgreSqlDatabase, postgreSqlTest, runPostgreSql } from "../../support/postgresql.ts";
import { logIn, PASSWORD, post, signUp, startServer, type TestServer } from "../../support/server.ts";

/** Servers on one database, each with a pool and a cache of its own. */
async function startServers(t: ExecutionContext, count: number): Promise<TestServer[]> {
  const environment = { DATABASE_URL: await postgreSqlDatabase(t), SECRET_KEY: generateSecretKey() };
  const servers: TestServer[] = [];
  for (let made = 0; made < count; made += 1) servers.push(await startServer(t, { environment }));
  return servers;
}

const statusOf = async (server: TestServer, headers: Record<string, string>) =>
  (await fetch(new URL("/api/test", server.url), { headers })).status;

postgreSqlTest("logout: of 334 tokens no server accepts one in a request that begins after the answer", async (t) => {
  const servers = await startServers(t, 3);
  const [first, second] = servers as [TestServer, TestServer, TestServer];
  await signUp(first);
  const times: number[] = [];
  for (let tries = 0; tries < 334; tries += 1) {
    const { headers } = await logIn(second, "ada@example.com");
    const warm = await Promise.all(servers.map((server) => statusOf(server, headers)));
    const before = performance.now();
    const answer = await fetch(new URL("/logout", first.url), { method: "POST", headers });
    times.push(performance.now() - before);
    const after = await Promise.all(servers.map((server) => statusOf(server, headers)));
    t.deepEqual([warm, answer.status, after], [[200, 200, 200], 200, [401, 401, 401]]);
  }
  times.sort((one, other) => one - other);
  t.log(`answers of logout: median ${times[167]?.toFixed(1)} ms, longest ${times.at(-1)?.toFixed(1)} ms`);
});

postgreSqlTest(
  "logout: elsewhere it is the principals of that user that are forgotten, and of nobody else",
  async (t) => {
    const url = await postgreSqlDatabase(t);
    const environment = { DATABASE_URL: url, SECRET_KEY: generateSecretKey() };
    const first = await startServer(t, { environment });
    const second = await startServer(t, { environment: { ...environment, METRICS_PORT: "0" } });
    const metrics = /"address":"([^"]+\/metrics)"/.exec(second.log())?.[1] ?? "";
    const misses = async () =>
      /^kudos_principal_lookups_total\{.*"miss".*\} (\d+)$/m.exec(await (await fetch(metrics)).text())?.[1];
    const [ada, bob] = [await signUp(first), await signUp(first, "bob@example.com")];
    for (const { headers } of [ada, bob, ada, bob]) t.is(await statusOf(second, headers), 200);
    const before = Number(await misses());
    for (let tries = 0; tries < 5; tries += 1) {
      const { headers } = await logIn(first, "ada@example.com");
      t.is((await fetch(new URL("/logout", first.url), { method: "POST", headers })).status, 200);
      t.is(await statusOf(second, bob.headers), 200);
    }
    t.is(Number(await misses()), before, "each look at the other user's token was a hit");
    t.is(await statusOf(second, ada.headers), 200);
    t.is(Number(await misses()), before + 1);
  },
);

/** A server whose way to the database can be cut, and a person with a token. */
async function behindWay(t: ExecutionContext) {
  const url = await postgreSqlDatabase(t);
  const way = await wayTo(t, url);
  const SECRET_KEY = generateSecretKey();
  const cuttable = await startServer(t, { environment: { DATABASE_URL: way.url, SECRET_KEY } });
  const other = await startServer(t, { environment: { DATABASE_URL: url, SECRET_KEY } });
  return { way, cuttable, other, ada: await signUp(cuttable) };
}

const ready = async ({ url }: TestServer) => (await fetch(new URL("/health/ready", url))).status;

postgreSqlTest(
  "a database that is lost is 503 with Retry-After, also for who is known, and comes back by itself",
  async (t) => {
    const set = await behindWay(t);
    const { way, cuttable, ada } = set;
    t.is(await statusOf(cuttable, ada.headers), 200);
    way.cut();
    const answers: number[] = [];
    for (const end = performance.now() + LEASE_MS + 500; performance.now() < end; await sleep(50)) {
      answers.push(await statusOf(cuttable, ada.headers));
    }
    // What is known is good for the time of a lease: until then nobody elsewhere is told that it has ended.
    t.deepEqual([...new Set(answers)], [200, 503]);
    t.is(answers.lastIndexOf(200) < answers.indexOf(503), true);
    const refused = await fetch(new URL("/api/test", cuttable.url), { headers: ada.headers });
    t.is(refused.status, 503);
    t.truthy(refused.headers.get("Retry-After"));
    t.deepEqual([await statusOf(cuttable, {}), await ready(cuttable)], [401, 503]);
    t.is((await post(cuttable, "/login", { email: "ada@example.com", password: PASSWORD })).status, 503);
    way.mend();
    await sleep(1_000);
    t.deepEqual([await statusOf(cuttable, ada.headers), await ready(cuttable)], [200, 200]);
  },
);

postgreSqlTest(
  "a token that ends while a server hears nothing works nowhere after the answer: that server asks the database, in vain",
  async (t) => {
    const set = await behindWay(t);
    const { way, cuttable, other, ada } = set;
    t.deepEqual([await statusOf(cuttable, ada.headers), await statusOf(other, ada.headers)], [200, 200]);
    way.hush();
    const before = performance.now();
    const ended = await fetch(new URL("/logout", other.url), { method: "POST", headers: ada.headers });
    const waited = performance.now() - before;
    t.is(ended.status, 200);
    t.true(waited < LEASE_MS * 2, `the answer took ${waited} ms`);
    // It would be 503 once the statement is given up.
    const late = await Promise.race([statusOf(cuttable, ada.headers), sleep(1_000, "no answer yet")]);
    t.not(late, 200);
    way.mend();
    await sleep(1_500);
    t.is(await statusOf(cuttable, ada.headers), 401);
  },
);

/** A port that nobody listens at now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

postgreSqlTest(
  "getReadiness: 503 while the database is migrated, and getLiveness: 200; other requests wait",
  async (t) => {
    const url = await postgreSqlDatabase(t, { migrated: false });
    const other = await openDatabase({ url });
    t.teardown(() => other.close());
    const port = await freePort();
    const environment = { DATABASE_URL: url, SECRET_KEY: generateSecretKey(), PORT: String(port) };
    const statusAt = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    let waiting: Promise<number> | undefined;
    let starting: Promise<TestServer> | undefined;
    await other.alone(async () => {
      starting = startServer(t, { environment });
      while ((await statusAt("/health/live").catch(() => 0)) === 0) await sleep(50);
      waiting = statusAt("/api/articles");
      t.deepEqual([await statusAt("/health/live"), await statusAt("/health/ready")], [200, 503]);
      t.is(await Promise.race([waiting, sleep(200, "waits")]), "waits");
    }, "rollback");
    await starting;
    t.deepEqual([await waiting, await statusAt("/health/ready")], [200, 200]);
  },
);

postgreSqlTest(
  "writes that wait in line for a silent database are 503 together, not one after the other",
  async (t) => {
    const { way, cuttable } = await behindWay(t);
    way.hush();
    const before = performance.now();
    const sign = () => post(cuttable, "/login", { email: "ada@example.com", password: PASSWORD });
    const statuses = (await Promise.all(Array.from({ length: 8 }, sign))).map(({ status }) => status);
    t.deepEqual([...new Set(statuses)], [503]);
    // The first waits for its statement to be given up, the others for their turn.
    const waited = performance.now() - before;
    t.true(waited < 25_000, `${waited} ms`);
    way.mend();
  },
);

postgreSqlTest(
  "a process that nobody asks anything keeps no endless list of changes: beyond a thousand all count",
  async (t) => {
    const url = await postgreSqlDatabase(t);
    const feed = startFeed(url);
    t.teardown(() => feed.close());
    const newest = async () =>
      Number((await runPostgreSql(url, "select max(seen) as seen from process"))[0]?.seen ?? 0);
    const heard = async () => {
      const [row] = await runPostgreSql(url, "select coalesce(max(id), 0) as id from principal_change");
      while ((await newest()) < Number(row?.id)) await sleep(20);
    };
    const change = (count: number) =>
      runPostgreSql(
        url,
        `insert into principal_change (at, user_id, ends) select now(), n, true from generate_series(1, ${count}) n`,
      );
    await change(1);
    await heard();
    feed.news();
    await change(600);
    await heard();
    t.is(feed.news()?.length, 600);
    for (const count of [600, 600]) {
      await change(count);
      await heard();
    }
    t.is(feed.news(), null);
  },
);
