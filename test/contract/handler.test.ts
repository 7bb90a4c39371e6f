import { fileURLToPath } from "node:url";
import test from "ava";
import ts from "typescript";
import { operations } from "../../src/operations/index.ts";

test("the proofs about the types of handlers are among the files that tsc checks", (t) => {
  const config = fileURLToPath(new URL("../../tsconfig.json", import.meta.url));
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => t.fail() };
  const { fileNames = [], options } = ts.getParsedCommandLineOfConfigFile(config, {}, host) ?? {};
  t.true(fileNames.includes(fileURLToPath(new URL("../support/contract/handler-proofs.ts", import.meta.url))));
  t.true(options?.strict);
});

test("the table of operations has a function for each operation and nothing else", (t) => {
  t.true(Object.values(operations).every((handler) => typeof handler === "function"));
  t.is(Object.getPrototypeOf(operations), Object.prototype);
});
