import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { ROOT } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startRealServer } from "./edition.ts";
import { run } from "./workshop.ts";

const INPUTS = { email: "ada@example.com", password: "correct horse battery staple" };

test("redocly respect plays the workflow as it is served, and finds each answer as the contract says", async (t) => {
  t.timeout(120_000);
  const [folder, { url }] = await Promise.all([temporaryFolder(t), startRealServer(t)]);
  for (const name of ["arazzo.yaml", "openapi.yaml"]) {
    const response = await fetch(new URL(`/${name}`, url));
    await writeFile(join(folder, name), await response.text());
  }
  await run(["redocly", "lint", "arazzo.yaml", "--config", join(ROOT, ".redocly.yaml")], folder);
  const report = await run(
    ["redocly", "respect", "arazzo.yaml", "--server", `kudos=${url}`, "--input", JSON.stringify(INPUTS)],
    folder,
  );
  t.regex(report, /Steps: 9 passed, 9 total/);
});
