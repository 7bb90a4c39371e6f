import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { downloadEdition, startRealServer } from "./edition.ts";
import { changing, type Exchange, makeJourney, toHar } from "./traffic.ts";
import { FAULTS, plantFaults } from "./traffic-faults.ts";
import { run } from "./workshop.ts";

/** What redocly drift reports. */
interface Report {
  readonly run: { readonly totalExchanges: number; readonly documentedExchanges: number };
  readonly problems: readonly { readonly method: string; readonly path: string; readonly message: string }[];
}

/** Has redocly drift compare traffic with the document for clients, which is in the folder. It fails where it finds an error. */
async function drift(folder: string, server: string, exchanges: readonly Exchange[], finds: boolean): Promise<Report> {
  await writeFile(join(folder, "traffic.har"), toHar(exchanges));
  const given = ["traffic.har", "--api", "openapi.client.json", "--server", server, "--min-severity", "warning"];
  const ended = run(["redocly", "drift", ...given, "--format", "json", "--output", "report.json"], folder);
  const failed = await ended.then(
    () => false,
    (error: Error) => {
      if (!error.message.includes("Drift report written")) throw error;
      return true;
    },
  );
  if (failed !== finds) throw new Error(`redocly drift ${failed ? "has failed" : "has not failed"}`);
  return JSON.parse(await readFile(join(folder, "report.json"), "utf8"));
}

test("redocly drift finds nothing in the traffic of a journey", async (t) => {
  t.timeout(120_000);
  const [folder, { url }] = await Promise.all([temporaryFolder(t), startRealServer(t)]);
  await downloadEdition(url, folder);
  const traffic = await makeJourney(url);
  t.true(traffic.length >= 13);
  const report = await drift(folder, url, traffic, false);
  t.deepEqual(report.problems, []);
  t.is(report.run.documentedExchanges, traffic.length);
});

test("redocly drift finds each fault of content that is planted into the traffic of a journey", async (t) => {
  t.timeout(120_000);
  const [folder, { url }] = await Promise.all([temporaryFolder(t), startRealServer(t)]);
  await downloadEdition(url, folder);
  const front = await changing(t, url, plantFaults);
  const { problems } = await drift(folder, front, await makeJourney(front, "nothing"), true);
  // It says nothing of a status and of a media type that are not declared: Prism does.
  const { "a status that is not declared": _, "a media type that is not declared": __, ...ofContent } = FAULTS;
  t.deepEqual(
    problems.map(({ method, path }) => `${method} ${path}`).toSorted(),
    Object.values(ofContent)
      .map(({ request }) => request)
      .toSorted(),
    JSON.stringify(problems),
  );
});
