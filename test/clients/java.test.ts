import { cp, glob, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { downloadEdition, STORY, startRealServer } from "./edition.ts";
import { type Command, emptyFolder, HERE, missesJava, missesPython, pythonTools, run } from "./workshop.ts";

/** PyPI has the generator; its archive has the JSON library that the client needs, too. */
const missing = missesPython() ?? missesJava();
const title = "openapi-generator for Java: its client has every operation, compiles, and makes the journey";

/** The annotations that the client bears and the JDK has not. */
const ANNOTATIONS = {
  Generated:
    'public @interface Generated { String[] value(); String date() default ""; String comments() default ""; }',
  Nonnull: "public @interface Nonnull {}",
  Nullable: "public @interface Nullable {}",
};

const ifPresent = missing === undefined ? test : test.skip;
ifPresent(missing === undefined ? title : `${title} (${missing})`, async (t) => {
  t.timeout(300_000);
  const [tools, { url }] = await Promise.all([pythonTools(), startRealServer(t)]);
  const folder = await emptyFolder(tools, "openapi-generator-for-Java");
  const edition = await downloadEdition(url, folder);
  const inFolder = (...given: Command) => run(given, folder, tools);
  const filesOf = (pattern: string) => Array.fromAsync(glob(pattern, { cwd: folder }));

  await inFolder(
    "openapi-generator-cli",
    ...["generate", "--generator-name", "java", "--library", "native", "--input-spec", "openapi.client.json"],
    ...["--additional-properties", "openApiNullable=false,containerDefaultToNull=true", "--output", "."],
    ...["--global-property", "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false"],
  );
  const names: string[] = [];
  for (const file of await filesOf("src/main/java/**/api/*.java")) {
    const text = await readFile(join(folder, file), "utf8");
    for (const [, operation = ""] of text.matchAll(/HttpRequest\.Builder (\w+)RequestBuilder\(/g))
      names.push(operation);
  }
  t.deepEqual(names.toSorted(), edition.operationIds);

  await cp(join(HERE, "journeys", "Journey.java"), join(folder, "Journey.java"));
  await mkdir(join(folder, "annotations"));
  for (const [name, text] of Object.entries(ANNOTATIONS)) {
    await writeFile(join(folder, "annotations", `${name}.java`), `package javax.annotation;\n\n${text}\n`);
  }
  const archives = await Array.fromAsync(
    glob("venv/lib/*/site-packages/openapi_generator_cli/*.jar", { cwd: tools.folder }),
  );
  const archive = join(tools.folder, archives[0] ?? "");
  const sources = [
    ...(await filesOf("src/main/java/**/*.java")),
    ...(await filesOf("annotations/*.java")),
    "Journey.java",
  ];
  await inFolder("javac", "-nowarn", "-d", "classes", "-classpath", archive, ...sources);
  t.is((await inFolder("java", "-classpath", `classes:${archive}`, "Journey", url)).trim(), STORY);
});
