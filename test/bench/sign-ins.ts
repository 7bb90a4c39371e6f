import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Answer, ask } from "./ask.ts";
import type { Fixture } from "./fixture.ts";
import { residentMemory } from "./process-tree.ts";
import { KUDOS, SERVERS, startServer } from "./servers.ts";
import { percentile } from "./statistics.ts";

/** What sign-ins at full password cost take, and what they cost other requests. */
export interface SignIns {
  /** `GET /api/test` at a steady rate while nothing else happens, and while logins are in flight. */
  readonly quiet: Watched;
  readonly busy: Watched;
  readonly p99Ratio: number;
  readonly inFlight: number;
  readonly loginsPerSecond: number;
  /** What the cores can hash without a server. */
  readonly hashesPerSecond: number;
  /** More logins at once than the line of waiting ones takes: how many got which status. */
  readonly flood: {
    readonly logins: number;
    readonly statuses: Tally;
    readonly seconds: number;
    readonly after: number;
  };
  readonly peakMiB: number;
}

interface Watched {
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
}

type Tally = Readonly<Record<number, number>>;

export interface SignInEffort {
  /** The number of logins at the same time. */
  readonly inFlight: number;
  readonly quietMs: number;
  readonly logins: number;
  readonly flood: number;
}

/** Requests a second to `GET /api/test`, one after the other, so that the load does not measure itself. */
const RATE = 100;
const ACCOUNT = {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  content: JSON.stringify({ email: "ada@example.com", password: "correct horse battery staple" }),
};

/** Asks at a steady rate until told to stop; times in milliseconds. */
async function watch(url: string, token: string, until: Promise<unknown>): Promise<Watched> {
  let going = true;
  const stopped = until.finally(() => {
    going = false;
  });
  const times: number[] = [];
  while (going) {
    const next = sleep(1_000 / RATE);
    const { status, ms } = await ask(url, "/api/test", { headers: { "Authentication-Token": token } });
    if (status !== 200) throw new Error(`GET /api/test: ${status}`);
    times.push(ms);
    await next;
  }
  await stopped;
  return { requests: times.length, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

function tally(answers: readonly Answer[]): Tally {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Signs in so many times, with a number of logins in flight all the time; logins a second. */
async function loginRate(signIn: () => Promise<Answer>, { logins, inFlight }: SignInEffort): Promise<number> {
  let left = logins;
  const one = async () => {
    while (left > 0) {
      left -= 1;
      const { status } = await signIn();
      if (status === 200) continue;
      if (status !== 503) throw new Error(`POST /login: ${status}`);
      // On a machine with other work the line may be full: this login does not count.
      left += 1;
      await sleep(1_000);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: inFlight }, one));
  return logins / ((performance.now() - start) / 1_000);
}

async function hashRate(hashes: number): Promise<number> {
  const program = fileURLToPath(new URL("hash-rate.ts", import.meta.url));
  const env = { PATH: process.env.PATH, UV_THREADPOOL_SIZE: String(availableParallelism()) };
  return Number((await promisify(execFile)(process.execPath, [program, String(hashes)], { env })).stdout);
}

/** Measures a Kudos of its own. Limits of attempts are off, which production does not allow: all logins come from here. */
export async function measureSignIns(
  fixture: Fixture,
  effort: SignInEffort,
  progress: (text: string) => void,
): Promise<SignIns> {
  const { quietMs, inFlight, logins, flood } = effort;
  const kind = SERVERS.find(({ name }) => name === KUDOS);
  if (kind === undefined) throw new Error("Kudos is not among the servers.");
  progress("sign-ins: hashing without a server");
  const hashesPerSecond = await hashRate(logins);
  const server = await startServer(kind, fixture, { RATE_LIMITS: "off" });
  const { url, pid } = server;
  try {
    const registered = await ask(url, "/register?include_auth_token", ACCOUNT);
    const token: string = JSON.parse(registered.content).response.user.authentication_token;
    const signIn = () => ask(url, "/login?include_auth_token", ACCOUNT);
    progress("sign-ins: other requests, quiet and with logins in flight");
    await watch(url, token, sleep(1_000));
    const quiet = await watch(url, token, sleep(quietMs));
    const busy = await watch(url, token, Promise.all(Array.from({ length: inFlight }, signIn)));
    progress(`sign-ins: ${logins} logins`);
    const loginsPerSecond = await loginRate(signIn, effort);
    progress(`sign-ins: ${flood} logins at once`);
    const start = performance.now();
    const statuses = tally(await Promise.all(Array.from({ length: flood }, signIn)));
    const seconds = (performance.now() - start) / 1_000;
    const after = (await signIn()).status;
    const rates = { inFlight, loginsPerSecond, hashesPerSecond };
    const peakMiB = await residentMemory(pid, "VmHWM");
    return {
      quiet,
      busy,
      p99Ratio: busy.p99 / quiet.p99,
      ...rates,
      flood: { logins: flood, statuses, seconds, after },
      peakMiB,
    };
  } finally {
    await server.stop();
  }
}
