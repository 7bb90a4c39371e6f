import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import test, { type ExecutionContext } from "ava";
import { databaseIn, placeMigratedDatabase } from "../../support/migrated-database.ts";
import { limitProcess, mayLimit, startProgram } from "../../support/program.ts";
import { PASSWORD } from "../../support/server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Sends requests over one connection that stays open, since a process without file descriptors accepts no other. */
function keptConnection(t: ExecutionContext, url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  return async (method: string, path: string, body?: unknown) => {
    const headers = { "Content-Type": "application/json" };
    const sent = request(url + path, { agent, method, headers }).end(body === undefined ? "" : JSON.stringify(body));
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, body: JSON.parse(await text(response)) };
  };
}

for (const spare of [0, 2, 6]) {
  (mayLimit() ? test.serial : test.serial.skip)(
    `register: 503 with Retry-After while only ${spare} file descriptors are left, and well afterwards`,
    async (t) => {
      const folder = await temporaryFolder(t);
      await placeMigratedDatabase(folder);
      const environment = { DATABASE_URL: `sqlite:${databaseIn(folder)}`, RATE_LIMITS: "on" };
      const program = await startProgram(t, { folder, environment });
      const { child, ended, url } = program;
      const send = keptConnection(t, url);
      t.is((await send("GET", "/health/ready")).status, 200);

      limitProcess(program, `--nofile=${(await readdir(`/proc/${child.pid}/fd`)).length + spare}:`);
      const ada = { email: "ada@example.com", password: PASSWORD };
      for (const path of ["/register", "/login", "/register", "/register"]) {
        const { status, headers, body } = await send("POST", path, ada);
        if (path === "/login" && status === 400) continue;
        t.is(status, 503, JSON.stringify(body));
        t.true(Number(headers["retry-after"]) > 0);
        t.is(body.meta.code, 503);
      }
      t.is((await send("GET", "/health/live")).status, 200);

      limitProcess(program, "--nofile=1000:");
      t.is((await send("POST", "/register", ada)).status, 200);
      t.is((await send("POST", "/login", ada)).status, 200);
      t.is((await send("POST", "/login", { ...ada, password: "not this one" })).status, 400);
      child.kill("SIGTERM");
      const { code, stderr } = await ended;
      t.is(code, 0, stderr);
      t.is(stderr, "");
    },
  );
}
