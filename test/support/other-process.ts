import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ExecutionContext } from "ava";

/**
 * Runs a script in a Node process of its own until it ends.
 *
 * @param options command-line options of Node
 * @returns its exit code and what it printed
 */
export const runScript = async (
  script: string,
  options: string[] = [],
): Promise<{ code: unknown; stdout: string; stderr: string }> => {
  const child = spawn(process.execPath, [...options, "-e", script]);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
};

/**
 * Lets another process run some SQL on a database file, and hold the file open until the test ends, or for `forMs`.
 *
 * @returns a function that ends that process earlier
 */
export const holdDatabase = async (
  t: ExecutionContext<unknown>,
  path: string,
  sql: string,
  forMs?: number,
): Promise<() => Promise<void>> => {
  const script = `
    import { DatabaseSync } from "node:sqlite";
    const database = new DatabaseSync(${JSON.stringify(path)});
    database.exec(${JSON.stringify(sql)});
    console.log("held");
    ${forMs === undefined ? "process.stdin.resume()" : `setTimeout(() => process.exit(), ${forMs})`};
  `;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["pipe", "pipe", "inherit"] });
  const closed = once(child, "close");
  const letGo = async (): Promise<void> => {
    child.kill();
    await closed;
  };
  t.teardown(letGo);
  await once(child.stdout, "data");
  return letGo;
};
