import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { openShop } from "../../support/kudos.ts";
import { LIBRARY_CREDENTIALS, LIBRARY_DOCUMENT, openLibrary } from "../../support/library.ts";

const SPEC = fileURLToPath(LIBRARY_DOCUMENT);
const { libraryKey, readerSession } = LIBRARY_CREDENTIALS;

async function shopWithKey(t: ExecutionContext) {
  const shop = await openShop(t, { migrated: false });
  await writeFile(join(shop.folder, "key"), `${libraryKey}\n`);
  return shop;
}

const GIVEN = ["--credential-file", "libraryKey=key", "--credential-env", "readerSession=SESSION", "--runs", "8"];

test("kudos conform ends with 0 where the server conforms, and tells of its seed", async (t) => {
  const { quickly } = await shopWithKey(t);
  const server = await openLibrary(t);
  const { code, stdout } = await quickly(
    ["conform", server.href, "--spec", SPEC, "--seed", "5", "--strict", ...GIVEN],
    {
      environment: { SESSION: readerSession },
    },
  );
  t.is(code, 0, stdout);
  t.regex(stdout, /^0 faults in \d+ requests to 10 operations of http:.*, seed 5\n$/);
});

test("kudos conform counts a single operation as one", async (t) => {
  const { quickly } = await shopWithKey(t);
  const server = await openLibrary(t);
  const call = ["conform", server.href, "--spec", SPEC, "--seed", "5", "--operation", "listBooks", ...GIVEN];
  const { stdout } = await quickly(call, { environment: { SESSION: readerSession } });
  t.regex(stdout, /^0 faults in \d+ requests to 1 operation of http:/m);
});

test("kudos conform ends with 1 where it finds a fault, and prints how to see it again", async (t) => {
  const { quickly } = await shopWithKey(t);
  const server = await openLibrary(t, "use after delete");
  const call = ["conform", server.href, "--spec", SPEC, ...GIVEN];
  const environment = { SESSION: readerSession };
  const { code, stdout } = await quickly([...call, "--seed", "5"], { environment });
  t.is(code, 1);
  t.regex(
    stdout,
    /getBook: answers 200 after removeBook\n {3}check {4}removeBook use after delete\n {3}request {2}curl /,
  );
  const [, path = ""] = /--seed 5 --path '([^']+)'/.exec(stdout) ?? [];
  const again = await quickly([...call, "--seed", "5", "--path", path, "--json"], { environment });
  t.is(again.code, 1);
  t.is(JSON.parse(again.stdout).faults[0].what, "answers 200 after removeBook");
});

test("kudos conform --strict ends with 1 where operations were not exercised", async (t) => {
  const { quickly } = await shopWithKey(t);
  const server = await openLibrary(t);
  const call = ["conform", server.href, "--spec", SPEC, "--runs", "4", "--operation", "getReader"];
  t.is((await quickly(call)).code, 0);
  const { code, stdout } = await quickly([...call, "--strict"]);
  t.is(code, 1);
  t.regex(stdout, /^not exercised: getReader: no valid request succeeded; the last answer was 401\n0 faults/);
});

for (const [what, args, told] of [
  ["no server", ["http://127.0.0.1:1", "--spec", SPEC], /^http:\/\/127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)$/],
  ["no address", ["library", "--spec", SPEC], /^URL is to be an address by http or https$/],
  ["no document", ["http://127.0.0.1:1", "--spec", "none.yaml"], /^the file of --spec cannot be read \(ENOENT\)$/],
  ["another document", ["http://127.0.0.1:1", "--spec", "key"], /^key cannot be used: the document is not an object$/],
  [
    "an unknown scheme",
    ["http://127.0.0.1:1", "--spec", SPEC, "--credential", "x=y"],
    /by a security scheme of the document$/,
  ],
  [
    "an unset variable",
    ["http://127.0.0.1:1", "--spec", SPEC, "--credential-env", "libraryKey=NO"],
    /finds no credential for libraryKey$/,
  ],
  [
    "an unknown operation",
    ["http://127.0.0.1:1", "--spec", SPEC, "--exclude", "x"],
    /names an operation that the document has not$/,
  ],
  ["a malformed header", ["http://127.0.0.1:1", "--spec", SPEC, "--header", "x"], /^--header is to be 'Name: value'$/],
  ["no number", ["http://127.0.0.1:1", "--spec", SPEC, "--runs", "0"], /^--runs is to be a whole number$/],
] as const) {
  test(`kudos conform is not understood with ${what}`, async (t) => {
    const { refused } = await shopWithKey(t);
    t.regex(await refused(["conform", ...args], { code: 2 }), told);
  });
}
