import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import test from "ava";
import { databaseIn, placeMigratedDatabase } from "../../support/migrated-database.ts";
import { startProgram } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const TEXT = JSON.stringify({ email: "ada@example.com", password: "x".repeat(1_000) });

for (const [coding, compressed] of [
  ["gzip", gzipSync(TEXT)],
  ["deflate", deflateSync(TEXT)],
  ["br", brotliCompressSync(TEXT)],
] as const) {
  test.serial(`uploads in ${coding} that are broken off leave nothing behind, and do not hold up a stop`, async (t) => {
    const folder = await temporaryFolder(t);
    await placeMigratedDatabase(folder);
    const { child, ended, url } = await startProgram(t, {
      folder,
      environment: { DATABASE_URL: `sqlite:${databaseIn(folder)}` },
    });
    const head = [
      "POST /login HTTP/1.1",
      "Host: kudos.test",
      "Content-Type: application/json",
      `Content-Encoding: ${coding}`,
      `Content-Length: ${compressed.length}`,
    ].join("\r\n");
    const half = Buffer.concat([Buffer.from(`${head}\r\n\r\n`), compressed.subarray(0, compressed.length / 2)]);
    const breakOff = async (): Promise<void> => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
      socket.write(half);
      await sleep(20);
      socket.destroy();
      await once(socket, "close");
    };
    const megabytes = async () =>
      Number(
        /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => ""))?.[1] ?? 0,
      ) / 1024;
    // A decoder that stays takes 35 kB: 140 MB would be left of 4,000.
    const some = async (rounds: number) => {
      for (let round = 0; round < rounds; round += 1) await Promise.all(Array.from({ length: 100 }, breakOff));
    };
    await some(20);
    const before = await megabytes();
    await some(40);
    t.true((await megabytes()) - before < 90, `${(await megabytes()) - before} MB`);
    t.is((await fetch(`${url}/health/ready`)).status, 200);
    const start = performance.now();
    child.kill("SIGTERM");
    const watchdog = setTimeout(() => child.kill("SIGKILL"), 20_000);
    const { code, stderr } = await ended;
    clearTimeout(watchdog);
    t.is(code, 0, stderr);
    t.true(performance.now() - start < 5_000);
  });
}
