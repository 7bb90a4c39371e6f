import { join } from "node:path";
import test from "ava";
import { ROOT } from "../support/program.ts";
import { startRealServer } from "./edition.ts";
import { emptyFolder, HERE, missesPython, pythonTools, run } from "./workshop.ts";

/** How long each run makes up requests, in seconds. Its examples and edge cases come first, however long they take. */
const SECONDS = 150;

/** Someone whose password is in no example, so that no case changes it. */
const SCOUT = { email: "scout@example.com", password: "a scout of Schemathesis" };

/**
 * Checks that a run leaves out. Links of the contract hand on the token of a sign-in: where the credential of Schemathesis's own is no
 * token, it takes that valid one for an invented one, by some seeds. The run with a token has the check; `kudos conform` has it for cookies.
 */
const WITHOUT_TOKEN = ["--exclude-checks", "ignored_auth"];
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = { cookie: WITHOUT_TOKEN, none: WITHOUT_TOKEN };

const missing = missesPython();
const ifPresent = missing === undefined ? test : test.skip;

for (const credential of ["token", "cookie", "none"]) {
  const title = `Schemathesis finds nothing in the whole contract, credential: ${credential}`;
  ifPresent(missing === undefined ? title : `${title} (${missing})`, async (t) => {
    t.timeout(480_000);
    const [tools, { url, database }] = await Promise.all([pythonTools(), startRealServer(t, { RATE_LIMITS: "off" })]);
    const folder = await emptyFolder(tools, `schemathesis-${credential}`);
    const json = { "Content-Type": "application/json" };
    await fetch(new URL("/register", url), { method: "POST", headers: json, body: JSON.stringify(SCOUT) });
    const node = [process.execPath, join(ROOT, "src", "main.ts")] as const;
    await run([...node, "roles", "grant", SCOUT.email, "author"], folder, undefined, { DATABASE_URL: database });

    const report = await run(
      [
        "schemathesis",
        ...["--config-file", join(HERE, "schemathesis", "schemathesis.toml")],
        ...["run", new URL("/openapi.json", url).href, "--continue-on-failure"],
        ...["--max-time", String(SECONDS), "--generation-database", "none"],
        ...(LEFT_OUT[credential] ?? []),
      ],
      folder,
      tools,
      {
        SCHEMATHESIS_HOOKS: "hooks",
        PYTHONPATH: join(HERE, "schemathesis"),
        PYTHONDONTWRITEBYTECODE: "1",
        KUDOS_URL: url,
        KUDOS_CREDENTIAL: credential,
        KUDOS_EMAIL: SCOUT.email,
        KUDOS_PASSWORD: SCOUT.password,
      },
    );
    const [, selected, all] = /Selected: (\d+)\/(\d+)/.exec(report) ?? [];
    const [, tested] = /Tested: (\d+)/.exec(report) ?? [];
    t.true(Number(all) > 30);
    t.deepEqual([selected, tested], [all, all]);
    const [, cases, seed] = /(\d+) generated[\s\S]*Seed: (\d+)/.exec(report) ?? [];
    t.log(`${cases} cases, --seed ${seed}`);
  });
}
