import { readFileSync } from "node:fs";
import { access, readFile } from "node:fs/promises";
import test from "ava";
import { COMMANDS } from "../../src/cli/commands.ts";
import { describeSettings } from "../../src/settings.ts";
import { document } from "../support/judge.ts";

const ROOT = new URL("../../", import.meta.url);
const README = readFileSync(new URL("README.md", ROOT), "utf8");

/** The body rows of the table below a heading of the README: the text of each cell. */
function tableOf(heading: string): string[][] {
  const section = README.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  return rows.slice(2).map((row) => row.split(" | ").map((cell) => cell.replace(/^\|\s*|\s*\|$/g, "")));
}

/** The texts in backticks. */
function codeIn(text: string | undefined): string[] {
  return [...(text ?? "").matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

test("README: its settings are settings, and have the defaults that it names", (t) => {
  const lines = describeSettings().split("\n");
  const defaults = new Map(
    lines.map((line) => {
      const [, name = "", fallback] = /^ {2}(\w+) .*?(?: \(([^()]*)\))?$/.exec(line) ?? [];
      return [name, fallback];
    }),
  );
  const table = tableOf("Settings");
  t.is(table.length, 10);
  for (const [names, fallbacks] of table) {
    const told = codeIn(fallbacks);
    for (const [index, name] of codeIn(names).entries()) {
      t.true(defaults.has(name), `${name} is no setting`);
      t.is(told[index], defaults.get(name), name);
    }
  }
});

test("README: its table of commands has all commands, and no other", (t) => {
  const named = tableOf("People who run it").flatMap(([calls]) => codeIn(calls));
  const names = named.map((call) => call.replace(/ (?:--|[A-Z]).*$/, ""));
  t.deepEqual(names.toSorted(), ["serve", ...COMMANDS.keys()].toSorted());
});

test("README: every npm script and every file that it names is there", async (t) => {
  const { scripts } = JSON.parse(await readFile(new URL("package.json", ROOT), "utf8"));
  const runs = [...README.matchAll(/npm run ([\w:]+)/g)].map(([, name = ""]) => name);
  t.deepEqual(
    runs.filter((name) => !Object.hasOwn(scripts, name)),
    [],
  );
  const made = new Set(["test/operations/account/like-count.test.ts"]);
  const paths = new Set([...README.matchAll(/\b(?:src|test)\/[\w./-]*\w/g)].map(([path]) => path));
  const missing: string[] = [];
  for (const path of paths.difference(made)) {
    await access(new URL(path, ROOT)).catch(() => missing.push(path));
  }
  t.deepEqual(missing, []);
});

test("README: it has at most 230 lines, and at most 50 below each heading", (t) => {
  t.true(README.trimEnd().split("\n").length <= 230);
  for (const section of README.split(/^## /m)) {
    const [heading, ...lines] = section.trimEnd().split("\n");
    t.true(lines.length < 50, heading);
  }
});

test("README: its changelog begins with the version of the contract", (t) => {
  const [, version] = /^\* \*\*(\d+\.\d+\.\d+)\*\*/m.exec(README) ?? [];
  t.is(version, (document.root.info as { version: string }).version);
});
