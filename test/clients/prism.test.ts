import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { downloadEdition, startRealServer } from "./edition.ts";
import { changing, type Exchange, makeJourney } from "./traffic.ts";
import { FAULTS, plantFaults } from "./traffic-faults.ts";
import { ENVIRONMENT, npmTools } from "./workshop.ts";

/** The longest time until Prism listens, in milliseconds: others may keep the processor busy. */
const PATIENCE = 60_000;

/**
 * The origin of a Prism that hands on to a server what the document in a folder declares, until the test ends. In place of a request and
 * of an answer that are not declared it answers a problem of its own (`--errors`).
 */
async function startPrism(t: ExecutionContext, folder: string, server: string): Promise<string> {
  const { commands } = await npmTools();
  const child = spawn(join(commands, "prism"), ["proxy", "openapi.client.json", server, "--errors", "--port", "0"], {
    cwd: folder,
    env: ENVIRONMENT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.teardown(() => child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  for (const end = Date.now() + PATIENCE; Date.now() < end && child.exitCode === null; await sleep(50)) {
    const [, origin] = /is listening on (http:\/\/[\d.:]+)/.exec(output) ?? [];
    if (origin !== undefined) return origin;
  }
  throw new Error(`Prism does not listen:\n${output}`);
}

/** What Prism has to say against an exchange; undefined where it has handed it on. */
function violation({ received, text }: Exchange): string | undefined {
  if (text.includes("https://stoplight.io/prism/errors")) return text;
  return received.get("sl-violations") ?? undefined;
}

test("Prism lets a whole journey pass, each request and each answer as the contract says", async (t) => {
  t.timeout(120_000);
  const [folder, { url }] = await Promise.all([temporaryFolder(t), startRealServer(t)]);
  await downloadEdition(url, folder);
  const traffic = await makeJourney(await startPrism(t, folder, url));
  t.true(traffic.length >= 13);
  t.deepEqual(
    traffic.filter((exchange) => violation(exchange) !== undefined),
    [],
  );
});

test("Prism finds each fault that is planted into the answers to a journey, and a request that is not declared", async (t) => {
  t.timeout(120_000);
  const [folder, { url }] = await Promise.all([temporaryFolder(t), startRealServer(t)]);
  await downloadEdition(url, folder);
  const prism = await startPrism(t, folder, await changing(t, url, plantFaults));
  const traffic = await makeJourney(prism, "nothing");
  const found = traffic.filter((exchange) => violation(exchange)?.includes("#VIOLATIONS"));
  t.deepEqual(
    found.map((exchange) => `${exchange.method} ${exchange.url.slice(prism.length)}`).toSorted(),
    Object.values(FAULTS)
      .map(({ request }) => request)
      .toSorted(),
  );
  const login = await fetch(`${prism}/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user: "ada" }),
  });
  t.regex(await login.text(), /must have required property 'password'/);
});
