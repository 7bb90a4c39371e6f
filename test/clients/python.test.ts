import { cp, glob, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import test from "ava";
import { downloadEdition, STORY, startRealServer } from "./edition.ts";
import { type Command, emptyFolder, HERE, missesJavaRuntime, missesPython, pythonTools, run } from "./workshop.ts";

/** A generator of clients in Python; each names its package `kudos_client`. */
interface Generator {
  readonly name: string;
  /** Why it cannot run here. */
  readonly missing: string | undefined;
  readonly command: Command;
  /** The generated files that have the operations, and where their names are in a file; without it the file has the name. */
  readonly operations: readonly [string, RegExp?];
  /** What mypy is asked, in the folder of the client. */
  readonly types: readonly string[];
}

const EDITION = "openapi.client.json";

const GENERATORS: readonly Generator[] = [
  {
    name: "openapi-python-client",
    missing: missesPython(),
    command: [
      "openapi-python-client",
      "generate",
      "--path",
      EDITION,
      "--meta",
      "none",
      "--output-path",
      "kudos_client",
    ],
    operations: ["kudos_client/api/*/[a-z]*.py"],
    // Its own kudos_client/client.py, which is the same for every document, does not pass.
    types: ["kudos_client/api", "kudos_client/models", "journey.py"],
  },
  {
    name: "openapi-generator for Python",
    missing: missesPython() ?? missesJavaRuntime(),
    command: [
      "openapi-generator-cli",
      ...["generate", "--generator-name", "python", "--input-spec", EDITION, "--package-name", "kudos_client"],
      ...["--output", ".", "--global-property", "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false"],
    ],
    operations: ["kudos_client/api/*_api.py", /^ {4}def _(\w+)_serialize\(/gm],
    // Its own code is not typed strictly; that of who uses it may be.
    types: ["journey.py"],
  },
];

const IMPORT_ALL = `
import importlib, pkgutil, kudos_client
for module in pkgutil.walk_packages(kudos_client.__path__, "kudos_client."): importlib.import_module(module.name)
`;

for (const { name, missing, command, operations, types } of GENERATORS) {
  const title = `${name}: its client has every operation, is typed, and makes the journey`;
  const ifPresent = missing === undefined ? test : test.skip;
  ifPresent(missing === undefined ? title : `${title} (${missing})`, async (t) => {
    t.timeout(300_000);
    const [tools, { url }] = await Promise.all([pythonTools(), startRealServer(t)]);
    const folder = await emptyFolder(tools, name.replaceAll(" ", "-"));
    const edition = await downloadEdition(url, folder);
    const inFolder = (...given: Command) => run(given, folder, tools);

    await inFolder(...command);
    const [files, pattern] = operations;
    const names: string[] = [];
    for await (const file of glob(files, { cwd: folder })) {
      if (pattern === undefined) names.push(basename(file, ".py"));
      else
        for (const [, operation = ""] of (await readFile(join(folder, file), "utf8")).matchAll(pattern))
          names.push(operation);
    }
    t.deepEqual(names.toSorted(), edition.operationIds.map(snakeCase).toSorted());

    await cp(join(HERE, "journeys", `${name.split(" ")[0]?.replaceAll("-", "_")}.py`), join(folder, "journey.py"));
    await inFolder("python", "-c", IMPORT_ALL);
    await inFolder("mypy", "--strict", "--follow-imports=silent", ...types);
    t.is((await inFolder("python", "journey.py", url)).trim(), STORY);
  });
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
