import { glob } from "node:fs/promises";
import { registerHooks } from "node:module";

const TEST = new URL("../", import.meta.url);

/**
 * Test files that run in one process. Loading the code, compiling the contract and starting a browser take longer than most test
 * files: they happen once a group.
 */
export interface TestGroup {
  /** Patterns of its files, below `test`. */
  readonly files: readonly string[];
  /** Patterns of files among them that another group has. */
  readonly except?: readonly string[];
  /** Left out of `npm run test:quick`: these need a browser, or start processes of their own. */
  readonly slow?: true;
  /** Tests of other groups once more, with this database for those that name none. */
  readonly again?: "postgresql";
  /** Run when asked for only, and by themselves: these install tools of others, and ask for Python and Java. */
  readonly apart?: true;
}

/** Tests that measure times. */
const BY_CLOCK = ["attacks/enumeration-times.test.ts"];

/** Every test file is in one group, and may be in others `again`; `groups/<name>.ts` is its entry. The longest start first, so that both cores are busy to the end. */
export const GROUPS: Readonly<Record<string, TestGroup>> = {
  browser: { files: ["browser/**/*.test.ts"], slow: true },
  programs: {
    files: [
      "cli/commands/serve-*.test.ts",
      "contract/start.test.ts",
      "contract/export/package.test.ts",
      "init/*.test.ts",
      "run/{architecture,readme}.test.ts",
      "telemetry/traces.test.ts",
      "web/assets/build.test.ts",
    ],
    slow: true,
  },
  postgresql: { files: ["{operations,attacks}/**/*.test.ts"], except: BY_CLOCK, again: "postgresql", slow: true },
  // Of the other tests that use a database, all that are about more than SQLite's files, but for those of the group `times`: their bounds
  // are for SQLite, which waits for no network, and they run by themselves.
  "postgresql-parts": {
    files: [
      "{domain,telemetry}/**/*.test.ts",
      "storage/{,foreign/}*.test.ts",
      "cli/commands/{credentials-in-use,database,keys,running-server,user-import,users}.test.ts",
      "cli/inspection/events.test.ts",
      "contract/request/any-request.test.ts",
      "problems/error-types.test.ts",
      "write-within.test.ts",
    ],
    except: [
      "domain/passwords/!(hash-kinds).test.ts",
      "storage/attempt-limits.test.ts",
      // It is on servers of its own whatever the others are on.
      "storage/foreign/servers.test.ts",
    ],
    again: "postgresql",
    slow: true,
  },
  attacks: { files: ["attacks/**/*.test.ts"], except: BY_CLOCK },
  commands: { files: ["cli/**/*.test.ts"], except: ["cli/commands/serve-*.test.ts"], slow: true },
  // These hold the event loop for seconds: a server of others in the same process would answer too late.
  documents: {
    files: ["contract/export/*.test.ts", "contract/types-agree.test.ts"],
    except: ["contract/export/package.test.ts"],
  },
  // Its client waits ten seconds for an answer of a server in the same process.
  conform: { files: ["conform/**/*.test.ts"] },
  parts: {
    files: ["*.test.ts", "{contract,domain,mail,problems,run,security,storage,telemetry,web}/**/*.test.ts"],
    except: [
      "contract/start.test.ts",
      "contract/{export/*,types-agree}.test.ts",
      "domain/passwords/*.test.ts",
      "storage/attempt-limits.test.ts",
      "run/{architecture,readme}.test.ts",
      "telemetry/traces.test.ts",
      "web/assets/build.test.ts",
    ],
  },
  operations: { files: ["operations/**/*.test.ts"] },
  // These measure times: work of others in the same process would lengthen them.
  times: {
    files: ["{hashing,http}/**/*.test.ts", ...BY_CLOCK, "domain/passwords/*.test.ts", "storage/attempt-limits.test.ts"],
  },
  clients: { files: ["clients/*.test.ts"], apart: true },
};

/** The files of a group, in a fixed order. */
export async function filesOf({ files, except = [] }: TestGroup): Promise<URL[]> {
  const names = await Array.fromAsync(glob(files, { cwd: TEST, exclude: except }));
  return names.toSorted().map((name) => new URL(name, TEST));
}

/** Declares the tests of a group in this process. */
export async function loadGroup(name: string): Promise<void> {
  const group = GROUPS[name];
  if (group === undefined) throw new Error(`There is no group ${name}.`);
  // ava runs the tests once the first is declared, so all have to be declared in one turn: a file among them that waits while it
  // is loaded would be too late. What the files import may wait, and has been loaded before.
  boundTests();
  if (group.again !== undefined && !(await prepareStorage(name, group.again))) return;
  await import("../support/judge.ts");
  const imports = (await filesOf(group)).map(({ href }) => `import ${JSON.stringify(href)};`);
  await import(`data:text/javascript,${encodeURIComponent(imports.join("\n"))}`);
}

/** Has tests that name no database run on another one; false, with a test that is skipped and says why, where there is none. */
async function prepareStorage(group: string, storage: string): Promise<boolean> {
  process.env.TEST_STORAGE = storage;
  const { hasPostgreSql } = await import("../support/postgresql.ts");
  return hasPostgreSql(group);
}

/** Has the test files of this process get `ava` by way of {@link file://./bounded-ava.ts}. */
function boundTests(): void {
  const bounded = new URL("bounded-ava.ts", import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, nextResolve) =>
      specifier === "ava" && context.parentURL !== bounded
        ? { url: bounded, shortCircuit: true }
        : nextResolve(specifier, context),
  });
}
