import { rm } from "node:fs/promises";
import test, { type ExecutionContext } from "ava";
import { databaseIn } from "../../support/migrated-database.ts";
import { limitProcess, mayLimit, type StartedProgram, startProgram } from "../../support/program.ts";
import { PASSWORD } from "../../support/server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const JSON_CONTENT = { "Content-Type": "application/json" };

/** A served database file with one user, and the calls of that user. */
async function served(t: ExecutionContext) {
  const folder = await temporaryFolder(t);
  const environment = { DATABASE_URL: `sqlite:${databaseIn(folder)}` };
  const program = await startProgram(t, { folder, environment });
  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) =>
    fetch(program.url + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : JSON_CONTENT) },
      signal: AbortSignal.timeout(20_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const ada = { email: "ada@example.com", password: PASSWORD };
  const registered = await send("POST", "/register?include_auth_token", {}, ada);
  const token = JSON.parse(await registered.text()).response.user.authentication_token;
  const own = { "Authentication-Token": token };
  const writes = (): Promise<Response>[] => [
    send("POST", "/api/articles/2/likes", own),
    send("POST", "/api/tokens", own, {}),
    send("POST", "/login", {}, ada),
    send("POST", "/register", {}, { ...ada, email: "bob@example.com" }),
    send("DELETE", "/api/tokens", own),
  ];
  return { program, folder, own, send, writes };
}

/** Sends SIGTERM; resolves to the exit, once the program has ended, within ten seconds. */
async function stop(t: ExecutionContext, { child, ended }: StartedProgram) {
  const watchdog = setTimeout(() => child.kill("SIGKILL"), 10_000);
  child.kill("SIGTERM");
  const end = await ended;
  clearTimeout(watchdog);
  t.is(end.signal, null);
  return end;
}

(mayLimit() ? test.serial : test.serial.skip)(
  "while the disk takes no write, each write is a 503 with Retry-After, and reads are 200; all is well when there is room",
  async (t) => {
    const { program, own, send, writes } = await served(t);
    for (let round = 0; round < 2; round += 1) {
      limitProcess(program, "--fsize=1000:unlimited");
      for (const response of await Promise.all(writes())) {
        t.is(response.status, 503, response.url);
        t.is(response.headers.get("Retry-After"), "5");
        const { type, status, meta } = JSON.parse(await response.text());
        if (meta === undefined)
          t.deepEqual({ type, status }, { type: "urn:kudos:problem:database-unavailable", status: 503 });
        else t.is(meta.code, 503);
      }
      for (const path of ["/api/test", "/api/articles/1", "/api/tokens", "/health/ready", "/docs"]) {
        t.is((await send("GET", path, own)).status, 200, path);
      }
      limitProcess(program, "--fsize=unlimited:unlimited");
      t.is((await send("POST", `/api/articles/${3 + round}/likes`, own)).status, 201);
    }
    t.is((await send("DELETE", "/api/tokens", own)).status, 204);
    t.is((await stop(t, program)).code, 0);
    t.regex(program.stdout(), /"msg":"fault"/);
  },
);

test.serial("once the database's files are deleted the server is not ready, and writes are refused", async (t) => {
  const { program, folder, own, send, writes } = await served(t);
  for (const ending of ["", "-wal", "-shm"]) await rm(databaseIn(folder) + ending);
  t.is((await send("GET", "/health/ready")).status, 503);
  for (const response of await Promise.all(writes())) {
    t.is(response.status, 503, response.url);
    t.is(response.headers.get("Retry-After"), "5");
  }
  t.is((await send("GET", "/health/live")).status, 200);
  const read = await send("GET", "/api/articles/1", own);
  t.true([200, 503].includes(read.status), String(read.status));
  await stop(t, program);
  t.regex(program.stdout(), /has been deleted or replaced/);
});
