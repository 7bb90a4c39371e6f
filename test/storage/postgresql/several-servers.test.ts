import test, { type ExecutionContext } from "ava";
import { generateSecretKey } from "../../../src/domain/secrets/secret-keys.ts";
import { postgreSqlDatabase, whyNoPostgreSql } from "../../support/postgresql.ts";
import { logIn, signUp, startServer, type TestServer } from "../../support/server.ts";

/** Servers on one database, each with a pool and a cache of its own; null, with the reason logged, where there is no PostgreSQL. */
async function startServers(t: ExecutionContext, count: number): Promise<TestServer[] | null> {
  const reason = await whyNoPostgreSql();
  if (reason !== null) {
    t.log(`skipped: ${reason}`);
    t.pass();
    return null;
  }
  const environment = { DATABASE_URL: await postgreSqlDatabase(t), SECRET_KEY: generateSecretKey() };
  const servers: TestServer[] = [];
  for (let made = 0; made < count; made += 1) servers.push(await startServer(t, { environment }));
  return servers;
}

const statusOf = async (server: TestServer, headers: Record<string, string>) =>
  (await fetch(new URL("/api/test", server.url), { headers })).status;

test("logout: of 300 tokens no server accepts one in a request that begins after the answer", async (t) => {
  const servers = await startServers(t, 3);
  if (servers === null) return;
  const [first, second] = servers as [TestServer, TestServer, TestServer];
  await signUp(first);
  const times: number[] = [];
  for (let tries = 0; tries < 300; tries += 1) {
    const { headers } = await logIn(second, "ada@example.com");
    const warm = await Promise.all(servers.map((server) => statusOf(server, headers)));
    const before = performance.now();
    const answer = await fetch(new URL("/logout", first.url), { method: "POST", headers });
    times.push(performance.now() - before);
    const after = await Promise.all(servers.map((server) => statusOf(server, headers)));
    t.deepEqual([warm, answer.status, after], [[200, 200, 200], 200, [401, 401, 401]]);
  }
  times.sort((one, other) => one - other);
  t.log(`answers of logout: median ${times[150]?.toFixed(1)} ms, longest ${times.at(-1)?.toFixed(1)} ms`);
});
