import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, stat, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import test from "ava";
import { listen } from "../../src/http/server.ts";
import { startServer } from "../support/server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

async function ask(socketPath: string, path: string, headers: Record<string, string> = {}) {
  const request = get({ socketPath, path, headers: { Connection: "close", ...headers } });
  const [response] = await once(request, "response");
  return { status: response.statusCode, content: await text(response) };
}

test("HOST as the path of a Unix socket: it answers there, for owner and group only, and takes the file away", async (t) => {
  const path = join(await temporaryFolder(t), "kudos.sock");
  const server = await startServer(t, { environment: { HOST: path, TRUSTED_PROXIES: "1" } });
  t.is(server.url, `unix:${path}`);
  t.is((await stat(path)).mode & 0o777, 0o660);
  const { status, content } = await ask(path, "/api/articles?limit=1", { "X-Forwarded-For": "192.0.2.7" });
  t.is(status, 200);
  t.is(JSON.parse(content).items.length, 1);
  while (!server.log().includes('"address":"192.0.2.7"')) await new Promise((resolve) => setTimeout(resolve, 10));
  await server.stop();
  await t.throwsAsync(access(path), { code: "ENOENT" });
});

test("the socket of a server that was killed is taken, one that is in use and a file are not", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "kudos.sock");
  const program = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  await once(spawn(process.execPath, ["--eval", program]), "exit");
  t.true((await stat(path)).isSocket());
  const server = await listen((_, response) => response.end("up"), { host: path, port: 0 });
  t.teardown(() => server.stop());
  t.is((await ask(path, "/")).content, "up");
  await t.throwsAsync(
    listen(() => {}, { host: path, port: 0 }),
    { code: "EADDRINUSE" },
  );
  t.is((await ask(path, "/")).content, "up");
  const file = join(folder, "notes.txt");
  await writeFile(file, "mine");
  await t.throwsAsync(
    listen(() => {}, { host: file, port: 0 }),
    { code: "EADDRINUSE" },
  );
});
