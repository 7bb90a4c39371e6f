import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { downloadEdition, STORY, startRealServer } from "./edition.ts";
import { type Command, emptyFolder, HERE, npmTools, run } from "./workshop.ts";

/** A generator of clients in TypeScript. Its files are named for it. */
interface Generator {
  readonly name: string;
  /** The command that reads `openapi.client.json` in the folder where it is run. */
  readonly command: Command;
  /** The settings that it reads, beside the journeys. */
  readonly settings?: string;
  /** The generated file that has the operations, where their names are in it, and the line behind which they are. */
  readonly operations: readonly [file: string, pattern: RegExp, behind?: string];
}

const EDITION = "openapi.client.json";

const GENERATORS: readonly Generator[] = [
  {
    name: "openapi-fetch",
    command: ["openapi-typescript", EDITION, "--output", "api.ts"],
    operations: ["api.ts", /^ {4}(\w+): \{/gm, "export interface operations {"],
  },
  {
    name: "hey-api",
    command: ["openapi-ts", "--file", "hey-api.config.js", "--no-log-file"],
    settings: "hey-api.config.js",
    operations: ["api/sdk.gen.ts", /^export const (\w+) = </gm],
  },
  {
    name: "orval",
    command: ["orval", "--config", "orval.config.js"],
    settings: "orval.config.js",
    operations: ["api.ts", /^export const (\w+) = async \(/gm],
  },
  {
    name: "swagger-typescript-api",
    command: [
      "swagger-typescript-api",
      ...["generate", "--path", EDITION, "--name", "api.ts", "--enum-style=union", "--disable-throw-on-error"],
    ],
    operations: ["api.ts", /^ {4}(\w+): \(\n?.*(?=[\s\S]*?this\.request<)/gm],
  },
];

const STRICT = [
  ...[
    "--noEmit",
    "--strict",
    "--noUncheckedIndexedAccess",
    "--noImplicitOverride",
    "--exactOptionalPropertyTypes",
    "false",
  ],
  ...["--target", "es2024", "--lib", "es2024,dom,dom.iterable", "--module", "esnext", "--moduleResolution", "bundler"],
  ...["--types", "node", "--skipLibCheck"],
];

for (const { name, command, settings, operations } of GENERATORS) {
  test(`${name}: its client has every operation, compiles strictly, and makes the journey`, async (t) => {
    t.timeout(240_000);
    const [tools, { url }] = await Promise.all([npmTools(), startRealServer(t)]);
    const folder = await emptyFolder(tools, name);
    const edition = await downloadEdition(url, folder);
    const inFolder = (...given: Command) => run(given, folder, tools);

    if (settings !== undefined) await cp(join(HERE, "journeys", settings), join(folder, settings));
    await inFolder(...command);
    const [file, pattern, behind = ""] = operations;
    const text = await readFile(join(folder, file), "utf8");
    const generated = text.slice(text.indexOf(behind) + behind.length);
    const names = [...generated.matchAll(pattern)].map(([, operation = ""]) => operation);
    t.deepEqual(names.toSorted(), edition.operationIds);

    await cp(join(HERE, "journeys", `${name}.ts`), join(folder, "journey.ts"));
    await inFolder("tsc", ...STRICT, "journey.ts");
    const bundle = ["--bundle", "--platform=node", "--format=esm", "--outfile=journey.mjs"];
    await inFolder("esbuild", "journey.ts", ...bundle, "--log-level=warning");
    t.is((await inFolder(process.execPath, "journey.mjs", url)).trim(), STORY);
  });
}
