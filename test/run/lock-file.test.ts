import { readFileSync } from "node:fs";
import test from "ava";

interface LockedPackage {
  readonly resolved?: string;
  readonly gypfile?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The packages of the lock file in a folder of the project. */
function lockedPackages(folder: string): Readonly<Record<string, LockedPackage>> {
  return JSON.parse(readFileSync(new URL(`../../${folder}package-lock.json`, import.meta.url), "utf8")).packages;
}

const packages = lockedPackages("");

for (const [name, locked] of [
  ["the lock file", packages],
  ["the lock file of test/clients", lockedPackages("test/clients/")],
] as const) {
  test(`${name} names no registry, so that each reader's own one serves`, (t) => {
    const resolved = Object.entries(locked).filter(([, { resolved }]) => resolved !== undefined);
    t.deepEqual(resolved, []);
  });

  // `npm ci` refuses a lock file without them, and an npm that cannot reach one leaves it out when it writes the file.
  test(`${name} knows the packages of every platform`, (t) => {
    const missing = Object.values(locked)
      .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
      .filter((name) => !Object.keys(locked).some((path) => path.endsWith(`node_modules/${name}`)));
    t.deepEqual(missing, []);
  });
}

// better-sqlite3 brings its binaries. npm forgets its `gypfile: false` whenever it writes the lock file, and would then
// compile it with Python and a C++ compiler, which a fresh machine has not: put the line back into its entry.
test("installing compiles nothing", (t) => {
  t.is(packages["node_modules/better-sqlite3"]?.gypfile, false);
});
