import { glob, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import test from "ava";

const ROOT = new URL("../../", import.meta.url);

/** A folder with more files has no longer one subject. */
const MOST_FILES = 12;
/** A longer file does not fit into one reading. */
const MOST_LINES = 150;

/** Files that may be longer, each with the reason. */
const LONGER: Readonly<Record<string, string>> = {};

function sources(pattern: string): Promise<string[]> {
  return Array.fromAsync(glob(pattern, { cwd: ROOT }));
}

test("no folder of src has more than 12 files", async (t) => {
  const files = (await sources("src/**/*.*")).toSorted();
  t.true(files.length > 100);
  const folders = Map.groupBy(files, (file) => dirname(file));
  const crowded = [...folders].filter(([, inside]) => inside.length > MOST_FILES);
  t.deepEqual(
    crowded.map(([folder, inside]) => `${folder} has ${inside.length}`),
    [],
  );
});

test("no source file has more than 150 lines, but those that are named with a reason", async (t) => {
  const files = await sources("src/**/*.{ts,js,vue,css}");
  const lengths = await Promise.all(
    files.map(async (file) => [file, (await readFile(new URL(file, ROOT), "utf8")).split("\n").length - 1] as const),
  );
  const long = lengths.filter(([, lines]) => lines > MOST_LINES);
  t.deepEqual(
    long.filter(([file]) => LONGER[file] === undefined).map(([file, lines]) => `${file} has ${lines}`),
    [],
  );
  t.deepEqual(
    Object.keys(LONGER).filter((file) => !long.some(([other]) => other === file)),
    [],
    "an exception that is needed no more",
  );
});

test("what is no test is in test/support, run, bench, clients (made from the contract) or fixtures (other documents)", async (t) => {
  const files = await sources("test/**/*.ts");
  const strays = files.filter((file) => !/\.test\.ts$|^test\/(support|run|bench|clients|fixtures)\//.test(file));
  t.deepEqual(strays, []);
});
