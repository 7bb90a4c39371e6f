import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const PASSWORD = "correct horse battery staple";
const IN_FLIGHT = 40;
const FLOOD = 500;
/** Requests a second to `GET /api/test`, one after the other on one connection, so that the load does not measure itself. */
const RATE = 100;
const QUIET_SECONDS = 5;

interface Answer {
  readonly status: number;
  readonly ms: number;
  readonly body: string;
}

/** Sends one request on a connection of its own, or on the agent's. */
function send(url: string, options: { headers?: Record<string, string>; body?: object } = {}): Promise<Answer> {
  const { headers = {}, body } = options;
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: body === undefined ? "GET" : "POST",
        headers: { ...headers, ...(body && { "Content-Type": "application/json" }) },
      },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve({
          status: response.statusCode ?? 0,
          ms: performance.now() - start,
          body: Buffer.concat(chunks).toString(),
        });
      },
    );
    sent.on("error", reject);
    sent.end(body && JSON.stringify(body));
  });
}

function percentile(times: readonly number[], part: number): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Asks at a steady rate until told to stop; answers p50 and p99 in milliseconds. */
async function watch(url: string, token: string, until: Promise<unknown>) {
  let going = true;
  const stopped = until.finally(() => {
    going = false;
  });
  const times: number[] = [];
  while (going) {
    const next = sleep(1_000 / RATE);
    const { status, ms } = await send(`${url}/api/test`, { headers: { "Authentication-Token": token } });
    if (status !== 200) throw new Error(`GET /api/test: ${status}`);
    times.push(ms);
    await next;
  }
  await stopped;
  return { requests: times.length, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

function tally(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** What the server has needed at most, in MiB; null where the system does not say. */
async function peakMemory(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kilobytes = /VmHWM:\s+(\d+)/.exec(status)?.[1];
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
}

/** Starts a server of its own at full password cost, measures, and stops it. */
async function measure() {
  const folder = await mkdtemp(join(tmpdir(), "kudos-bench-"));
  const server = spawn(process.execPath, [MAIN, "serve"], {
    env: {
      PATH: process.env.PATH,
      PORT: "0",
      DATABASE_URL: `sqlite:${join(folder, "kudos.sqlite")}`,
      RATE_LIMITS: "off",
      LOG_LEVEL: "error",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    let output = "";
    for await (const chunk of server.stdout) {
      output += chunk;
      if (output.includes("Ctrl-C")) break;
    }
    const url = /http:\S+/.exec(output)?.[0] ?? "";
    const account = { email: "ada@example.com", password: PASSWORD };
    const registered = await send(`${url}/register?include_auth_token`, { body: account });
    const token: string = JSON.parse(registered.body).response.user.authentication_token;
    const signIn = () => send(`${url}/login?include_auth_token`, { body: account });

    await watch(url, token, sleep(1_000));
    const quiet = await watch(url, token, sleep(1_000 * QUIET_SECONDS));
    const logins = Promise.all(Array.from({ length: IN_FLIGHT }, signIn));
    const busy = await watch(url, token, logins);
    const start = performance.now();
    const flood = await Promise.all(Array.from({ length: FLOOD }, signIn));
    const floodSeconds = (performance.now() - start) / 1_000;
    const after = await signIn();
    return {
      quiet,
      busy,
      p99Ratio: busy.p99 / quiet.p99,
      logins: tally(await logins),
      flood: tally(flood),
      floodSeconds,
      afterFlood: after.status,
      peakMiB: await peakMemory(server.pid ?? 0),
    };
  } finally {
    const ended = once(server, "close");
    server.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

const result = await measure();
if (process.argv.includes("--json")) console.log(JSON.stringify(result, null, 2));
else {
  const { quiet, busy } = result;
  const times = ({ p50, p99 }: typeof quiet) => `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;
  console.log(`GET /api/test, quiet                  ${times(quiet)} (${quiet.requests} requests)`);
  console.log(`GET /api/test, ${IN_FLIGHT} logins in flight    ${times(busy)} (${busy.requests} requests)`);
  console.log(`  p99 is ${result.p99Ratio.toFixed(2)} times the quiet one; the bound is 2`);
  console.log(`${IN_FLIGHT} logins at once                     ${JSON.stringify(result.logins)}`);
  console.log(
    `${FLOOD} logins at once                    ${JSON.stringify(result.flood)} in ${result.floodSeconds.toFixed(1)} s`,
  );
  console.log(`one more login afterwards             ${result.afterFlood}`);
  console.log(`peak memory                           ${result.peakMiB ?? "unknown"} MiB`);
}
