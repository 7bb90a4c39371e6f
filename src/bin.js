#!/usr/bin/env node
// Plain JavaScript, because `npx kudos` may run on a Node that cannot read TypeScript. Such a Node starts the one in `node_modules`.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const { engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const least = engines.node.replace(">=", "");
const [leastMajor, leastMinor] = least.split(".").map(Number);
const [major, minor] = process.versions.node.split(".").map(Number);
const candidates = ["../node_modules/.bin/node", "../../.bin/node"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
const brought = candidates.find((path) => existsSync(path));
// Node strips no types below node_modules: an installed package has its code built beside the source (`npm pack` does that).
const isInstalled = import.meta.url.includes("/node_modules/");
const program = new URL(isInstalled ? "../dist/src/main.js" : "./main.ts", import.meta.url);

if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) {
  // Node keeps what it has compiled beside the packages, where only those who may change the code can write: a start takes half the time
  // and 30 MB less, because nothing is left of TypeScript to strip. Where the folder cannot be written, Node does without.
  module.enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/kudos", import.meta.url)));
  await import(program.href);
} else if (brought !== undefined) {
  const child = spawn(brought, [fileURLToPath(program), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", ({ message }) => fail(message));
  child.on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
} else {
  // The package `node` brings one by its script, also to an installation for production.
  const advice =
    "run npm ci, which brings one unless --ignore-scripts is set, or install a Node from https://nodejs.org";
  fail(`Kudos needs Node ${least} or later, this is ${process.versions.node}: ${advice}`);
}

function fail(reason) {
  process.stderr.write(`${reason}\n`);
  process.exitCode = 1;
}
