import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { databaseIn, placeMigratedDatabase } from "../../support/migrated-database.ts";
import { type StartedProgram, startProgram } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** The memory of a process that is in use, in megabytes; 0 where the system does not tell it. */
async function residentMegabytes({ child }: StartedProgram): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
}

/** Sends many requests in a row on some connections, and reads the answers if `read`. */
function pipeline(
  t: ExecutionContext,
  url: string,
  path: string,
  size: { connections: number; requests: number; read: boolean },
) {
  for (let each = 0; each < size.connections; each += 1) {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    t.teardown(() => socket.destroy());
    socket.on("error", () => {});
    if (size.read) socket.resume();
    else socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: kudos.test\r\n\r\n`.repeat(size.requests));
  }
}

const ATTACKS = [
  ["/assets/swagger-ui-bundle.js", { connections: 1, requests: 1_000, read: true }],
  ["/assets/swagger-ui-bundle.js", { connections: 1, requests: 1_000, read: false }],
  ["/openapi.json", { connections: 10, requests: 1_400, read: false }],
  ["/openapi.yaml", { connections: 10, requests: 1_400, read: true }],
  ["/docs", { connections: 10, requests: 1_000, read: false }],
] as const;

for (const [path, size] of ATTACKS) {
  const title = `${size.connections} × ${size.requests} pipelined GET ${path}, ${size.read ? "read" : "unread"}: others wait less than a second`;
  test.serial(title, async (t) => {
    const folder = await temporaryFolder(t);
    await placeMigratedDatabase(folder);
    const program = await startProgram(t, { folder, environment: { DATABASE_URL: `sqlite:${databaseIn(folder)}` } });
    // What is made with the first request of each kind is no growth.
    for (const first of [path, "/health/live"]) await (await fetch(program.url + first)).arrayBuffer();
    const before = await residentMegabytes(program);
    pipeline(t, program.url, path, size);
    let [longest, most] = [0, 0];
    for (const end = performance.now() + 5_000; performance.now() < end; await sleep(20)) {
      const start = performance.now();
      t.is((await fetch(`${program.url}/health/live`)).status, 200);
      longest = Math.max(longest, performance.now() - start);
      most = Math.max(most, await residentMegabytes(program));
    }
    t.true(longest < 1_000, `${longest} ms`);
    t.true(most - before < 150, `${most - before} MB`);
  });
}
