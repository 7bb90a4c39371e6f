import { setTimeout as sleep } from "node:timers/promises";
import type { ExecutionContext } from "ava";
import { generateSecretKey } from "../../../src/domain/secrets/secret-keys.ts";
import { createCluster, ownClusterTest } from "../../support/own-cluster.ts";
import { postgreSqlDatabase, postgreSqlTest } from "../../support/postgresql.ts";
import { type StartedProgram, startProgram } from "../../support/program.ts";
import { PASSWORD } from "../../support/server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** The time within which a process that does not answer keeps an answer to a logout waiting, in milliseconds: a lease, and some. */
const ANSWERED_MS = 5_000;

/** Processes on one database. */
async function startPrograms(t: ExecutionContext, url: string, count: number): Promise<StartedProgram[]> {
  const folder = await temporaryFolder(t);
  const environment = { DATABASE_URL: url, SECRET_KEY: generateSecretKey(), RATE_LIMITS: "off" };
  const programs: StartedProgram[] = [];
  while (programs.length < count) programs.push(await startProgram(t, { folder, environment }));
  return programs;
}

/** The header of a new token. */
async function tokenOf({ url }: StartedProgram, path: "/login" | "/register"): Promise<Record<string, string>> {
  const answer = await fetch(`${url}${path}?include_auth_token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: "ada@example.com", password: PASSWORD }),
  });
  const { response } = (await answer.json()) as { response: { user: { authentication_token: string } } };
  return { "Authentication-Token": response.user.authentication_token };
}

const statusOf = async ({ url }: StartedProgram, headers: Record<string, string>) =>
  (await fetch(`${url}/api/test`, { headers, signal: AbortSignal.timeout(20_000) })).status;

/** Asks a process with a token, over and over, until `stop`; the statuses of the requests that began after `mark`. */
function traffic(program: StartedProgram, headers: Record<string, string>) {
  const late = new Set<number>();
  let [marked, running] = [false, true];
  const one = async () => {
    while (running) {
      const counts = marked;
      const status = await statusOf(program, headers).catch(() => 0);
      if (counts) late.add(status);
      await sleep(2);
    }
  };
  const all = Promise.all([one(), one(), one()]);
  return {
    mark: () => {
      marked = true;
    },
    stop: async () => {
      running = false;
      await all;
      return [...late].toSorted();
    },
  };
}

/** Signs out by a process, while all are asked with the token; what they answered to requests that began afterwards, and the time that it took. */
async function signOutUnderTraffic(
  by: StartedProgram,
  programs: readonly StartedProgram[],
  headers: Record<string, string>,
) {
  const askers = programs.map((program) => traffic(program, headers));
  await sleep(300);
  const before = performance.now();
  const { status } = await fetch(`${by.url}/logout`, { method: "POST", headers });
  const took = performance.now() - before;
  for (const asker of askers) asker.mark();
  return { status, took, askers };
}

postgreSqlTest(
  "logout: three processes under traffic, one of them paused for 5 s: it accepts nothing when it goes on",
  async (t) => {
    const programs = await startPrograms(t, await postgreSqlDatabase(t), 3);
    const [first, second, paused] = programs as [StartedProgram, StartedProgram, StartedProgram];
    await tokenOf(first, "/register");
    const headers = await tokenOf(second, "/login");
    t.deepEqual(await Promise.all(programs.map((program) => statusOf(program, headers))), [200, 200, 200]);
    paused.child.kill("SIGSTOP");
    const resumed = sleep(5_000).then(() => paused.child.kill("SIGCONT"));
    const { status, took, askers } = await signOutUnderTraffic(first, programs, headers);
    t.is(status, 200);
    t.true(took < ANSWERED_MS, `the answer took ${Math.round(took)} ms`);
    t.log(`the answer took ${Math.round(took)} ms`);
    await resumed;
    await sleep(1_000);
    const late = await Promise.all(askers.map(({ stop }) => stop()));
    t.deepEqual(late, [[401], [401], [401]]);
  },
);

postgreSqlTest(
  "logout: three processes under traffic, one of them killed: the others accept nothing, and are not held up twice",
  async (t) => {
    const programs = await startPrograms(t, await postgreSqlDatabase(t), 3);
    const [first, second, killed] = programs as [StartedProgram, StartedProgram, StartedProgram];
    await tokenOf(first, "/register");
    const tokens = [await tokenOf(second, "/login"), await tokenOf(second, "/login")] as const;
    killed.child.kill("SIGKILL");
    const times: number[] = [];
    for (const headers of tokens) {
      const { status, took, askers } = await signOutUnderTraffic(first, [first, second], headers);
      t.is(status, 200);
      times.push(took);
      t.deepEqual(await Promise.all(askers.map(({ stop }) => sleep(200).then(stop))), [[401], [401]]);
    }
    t.true((times[0] ?? 0) < ANSWERED_MS && (times[1] ?? 0) < 1_000, `the answers took ${times.map(Math.round)} ms`);
  },
);

ownClusterTest(
  "logout: PostgreSQL is stopped and started under traffic: 503 meanwhile, and what has ended stays so",
  async (t) => {
    const cluster = createCluster(t);
    const programs = await startPrograms(t, cluster.url, 2);
    const [first, second] = programs as [StartedProgram, StartedProgram];
    await tokenOf(first, "/register");
    const [ended, living] = [await tokenOf(second, "/login"), await tokenOf(second, "/login")];
    t.deepEqual([await statusOf(second, ended), await statusOf(second, living)], [200, 200]);
    t.is((await fetch(`${first.url}/logout`, { method: "POST", headers: ended })).status, 200);
    const dead = programs.map((program) => traffic(program, ended));
    for (const asker of dead) asker.mark();
    cluster.stop();
    const meanwhile = new Set<number>();
    for (const end = performance.now() + 4_000; performance.now() < end; await sleep(50)) {
      meanwhile.add(await statusOf(second, living));
    }
    t.true(meanwhile.has(503));
    t.true(
      [...meanwhile].every((status) => status === 200 || status === 503),
      [...meanwhile].join(),
    );
    const refused = await fetch(`${first.url}/logout`, { method: "POST", headers: living });
    t.is(refused.status, 503);
    t.truthy(refused.headers.get("Retry-After"));
    t.is((await fetch(`${first.url}/health/ready`)).status, 503);
    cluster.start();
    const statuses = async () => Promise.all(programs.map((program) => statusOf(program, living)));
    for (let tries = 0; tries < 100 && (await statuses()).some((status) => status !== 200); tries += 1)
      await sleep(100);
    t.deepEqual(await statuses(), [200, 200]);
    await sleep(500);
    const late = new Set((await Promise.all(dead.map(({ stop }) => stop()))).flat());
    t.true([...late].every((status) => status === 401 || status === 503) && late.has(401), [...late].join());
    for (const { child } of programs) child.kill("SIGTERM");
    for (const program of programs) t.is((await program.ended).code, 0);
  },
);
