import { resolve } from "node:path";
import test from "ava";
import fc from "fast-check";
import { DatabaseUnavailable } from "../../../src/storage/sqlite/errors.ts";
import { DEFAULT_DATABASE_URL, inspectLocation, parseDatabaseUrl } from "../../../src/storage/sqlite/location.ts";
import { runScript } from "../../support/other-process.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("a URL names an absolute path, or memory", (t) => {
  t.is(parseDatabaseUrl("sqlite::memory:"), ":memory:");
  t.is(parseDatabaseUrl("sqlite:./data/x.sqlite"), resolve("data/x.sqlite"));
  t.is(parseDatabaseUrl("sqlite:x.sqlite"), resolve("x.sqlite"));
  t.is(parseDatabaseUrl("sqlite:/var/x.sqlite"), "/var/x.sqlite");
  t.is(parseDatabaseUrl("sqlite:///var/x.sqlite"), "/var/x.sqlite");
});

test("any other URL is refused in one line that shows no password", (t) => {
  for (const url of [
    "",
    "sqlite:",
    "sqlite://host/x",
    "sqlite:x?mode=memory",
    "sqlite:x.sqlite ",
    "sqlite: x.sqlite",
    "sqlite:x.sqlite\n",
    "./x",
    "postgresql://ada:secret@host/x",
    "file:x",
  ]) {
    const error = t.throws(() => parseDatabaseUrl(url), { instanceOf: DatabaseUnavailable }, url);
    t.regex(error.message, /^DATABASE_URL .*sqlite:\.\/path\/to\/file/);
    t.false(error.message.includes("secret"));
  }
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }).filter((text) => !text.startsWith("sqlite:")),
      (text) => {
        t.throws(() => parseDatabaseUrl(text), { instanceOf: DatabaseUnavailable });
      },
    ),
  );
});

test("the folder of the default database is made, and no other", async (t) => {
  const folder = await temporaryFolder(t);
  const script = `
    import { existsSync } from "node:fs";
    import { DEFAULT_DATABASE_URL, inspectLocation, parseDatabaseUrl } from ${JSON.stringify(import.meta.resolve("../../../src/storage/sqlite/location.ts"))};
    process.chdir(${JSON.stringify(folder)});
    const inspect = (url) => inspectLocation(url, parseDatabaseUrl(url));
    await inspect("sqlite:data/kudos.sqlite").catch((error) => console.log(error.name, existsSync("data")));
    console.log(await inspect(DEFAULT_DATABASE_URL), existsSync("data"));
  `;
  const { stdout, stderr } = await runScript(script);
  t.is(stdout, "DatabaseUnavailable false\nfalse true\n", stderr);
});

test("a file that is there is found", async (t) => {
  t.true(await inspectLocation("sqlite:this", import.meta.filename));
  t.is(DEFAULT_DATABASE_URL, "sqlite:./data/kudos.sqlite");
});
