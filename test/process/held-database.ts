import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ExecutionContext } from "ava";

/** Lets another process run some SQL on a database file and hold the file open; answers how to make it let go. */
export async function holdDatabase(t: ExecutionContext, path: string, sql: string): Promise<() => Promise<void>> {
  const script = `
    import { DatabaseSync } from "node:sqlite";
    const database = new DatabaseSync(${JSON.stringify(path)});
    database.exec(${JSON.stringify(sql)});
    console.log("held");
    process.stdin.resume();
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["pipe", "pipe", "inherit"] });
  const closed = once(child, "close");
  const letGo = async (): Promise<void> => {
    child.kill();
    await closed;
  };
  t.teardown(letGo);
  await once(child.stdout, "data");
  return letGo;
}
