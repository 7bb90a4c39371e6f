import { once } from "node:events";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { generateSecretKey } from "../../../src/domain/secrets/secret-keys.ts";
import { Clock, setUpAuthenticator } from "../../support/authenticator.ts";
import { endSharedProcess } from "../../support/command-process.ts";
import { bad, examine } from "../../support/doctor.ts";
import { createUser, openShop } from "../../support/kudos.ts";
import { startMailServer } from "../../support/mail-server.ts";
import { databaseIn } from "../../support/migrated-database.ts";
import { holdDatabase } from "../../support/other-process.ts";
import { postgreSqlDatabase, postgreSqlTest } from "../../support/postgresql.ts";
import { BASE, proxied } from "../../support/prefix-proxy.ts";
import { startProgram } from "../../support/program.ts";
import { signUp, startServer } from "../../support/server.ts";

test.after.always(endSharedProcess);

test("doctor: nothing is wrong with a migrated database, and each part is told", async (t) => {
  const shop = await openShop(t);
  await createUser(shop);
  const findings = await examine(t, shop);
  t.deepEqual(bad(findings), []);
  t.deepEqual(
    findings.map(({ area }) => area),
    ["settings", "database", "keys", "mail", "server"],
  );
  const { code, stdout } = await shop.quickly(["doctor"], { environment: { PORT: "0" } });
  t.is(code, 0);
  t.regex(stdout, /^well +settings +they fit together/);
  t.regex(stdout, /\nNothing is wrong\.\n$/);
});

test("doctor: settings that no start accepts, that were misspelt, or that do not fit a proxy; no value is a secret's", async (t) => {
  const shop = await openShop(t);
  const faults = await examine(t, shop, { EVENT_DAYS: "x", MAIL_URL: "smtp://ada:hunter2@", RATE_LIMITS: "off" });
  t.deepEqual(
    faults.map(({ area, state }) => `${state} ${area}`),
    ["wrong settings", "wrong settings"],
  );
  t.false(JSON.stringify(faults).includes("hunter2"));
  const production = { NODE_ENV: "production", RATE_LIMITS: "on", PASSWORD_COST: "ln=17,r=8,p=1" };
  const doubts = bad(await examine(t, shop, { ...production, DATABSE_URL: "x" }));
  t.is(doubts.length, 3);
  t.regex(doubts[0] ?? "", /^wrong settings: DATABSE_URL is no setting/);
  t.regex(doubts[1] ?? "", /^doubtful settings: PUBLIC_URL is not set/);
  t.regex(doubts[2] ?? "", /^doubtful settings: MAIL_URL is not set/);
  const meant = { ...production, MAIL_URL: "none", PUBLIC_URL: "https://kudos.example" };
  t.regex(bad(await examine(t, shop, meant)).join(), /^wrong settings: PUBLIC_URL is of https, .* TRUSTED_PROXIES=0/);
  t.deepEqual(bad(await examine(t, shop, { ...meant, TRUSTED_PROXIES: "1" })), []);
  const open = bad(await examine(t, shop, { ...meant, TRUSTED_PROXIES: "1", HOST: "0.0.0.0" }));
  t.regex(open.join(), /^doubtful settings: TRUSTED_PROXIES=1, and HOST is 0\.0\.0\.0/);
  const metrics = bad(await examine(t, shop, { METRICS_HOST: "0.0.0.0", METRICS_PORT: "9464" }));
  t.regex(metrics.join(), /^doubtful settings: METRICS_HOST is 0\.0\.0\.0: whoever reaches port 9464 /);
});

test("doctor: a database that is missing, not up to date, newer, damaged, locked or open to others; nothing is made", async (t) => {
  const missing = await openShop(t, { migrated: false });
  t.regex(bad(await examine(t, missing)).join(), /^wrong database: there is none at \//);
  t.false((await missing.quickly(["users", "list"])).stderr.includes("not up to date"), "none was made");

  const shop = await openShop(t);
  const path = databaseIn(shop.folder);
  await chmod(path, 0o644);
  t.regex(bad(await examine(t, shop)).join(), /^wrong database: other users .* can open/);
  await chmod(path, 0o600);
  shop.sql("insert into migration (name, executed_at) values ('29991231-later', 1)");
  t.regex(bad(await examine(t, shop)).join(), /^wrong database: .* was made by a newer version/);
  shop.sql("delete from migration where id > 5");
  t.regex(bad(await examine(t, shop)).join(), /^wrong database: .* is not up to date: 5 of \d+ migrations$/);

  const held = await openShop(t);
  const release = await holdDatabase(t, databaseIn(held.folder), "begin exclusive");
  t.regex(bad(await examine(t, held)).join(), /^wrong database: .* is locked by another process$/);
  await release();

  const damaged = await openShop(t);
  const bytes = await readFile(databaseIn(damaged.folder));
  bytes.fill(0x55, 4_096 * 4, 4_096 * 6);
  await writeFile(databaseIn(damaged.folder), bytes);
  t.regex(bad(await examine(t, damaged)).join(), /^wrong database: .* is damaged/);
});

test("doctor: second factors that an older key opens, or none, and nothing after a restart", async (t) => {
  const shop = await openShop(t);
  const [older, newer] = [generateSecretKey(), generateSecretKey()];
  const DATABASE_URL = `sqlite:${databaseIn(shop.folder)}`;
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now, environment: { DATABASE_URL, SECRET_KEY: older } });
  await setUpAuthenticator(server, await signUp(server), clock);
  await server.stop();
  t.deepEqual(bad(await examine(t, shop, { SECRET_KEY: older })), []);
  const both = { SECRET_KEY: `${newer},${older}` };
  t.regex(bad(await examine(t, shop, both)).join(), /^doubtful keys: second factors of 1 users .* by an older key/);
  t.regex(
    bad(await examine(t, shop, { SECRET_KEY: newer })).join(),
    /wrong keys: second factors of 1 users .* not here/,
  );
  await (await startServer(t, { environment: { DATABASE_URL, ...both } })).stop();
  t.deepEqual(bad(await examine(t, shop, both)), []);
});

test("doctor: a key file that is missing or open to others, and keys by which tokens do not verify", async (t) => {
  const shop = await openShop(t);
  const id = await createUser(shop);
  const key = `${databaseIn(shop.folder)}.key`;
  await chmod(key, 0o640);
  t.regex(bad(await examine(t, shop)).join(), /^wrong keys: other users .* can open the key file/);
  await chmod(key, 0o600);
  shop.sql(
    `insert into session (id, user_id, generation, digest, key_id, name, created_at, expires_at, authenticated_at, amr)
     values ('${"a".repeat(22)}', ${id}, 0, 'x', 'gone', 'x', 1, 9999999999999, 1, 'pwd')`,
  );
  t.regex(bad(await examine(t, shop)).join(), /^wrong keys: 1 tokens and sessions were signed with a key that is not/);
  await rm(key);
  t.regex(bad(await examine(t, shop)).join(), /^wrong keys: the key file .* is missing$/);
  t.regex(bad(await examine(t, shop, { SECRET_KEY: "A".repeat(43) })).join(), /^wrong keys: 1 tokens/);
});

test("doctor: a mail server that answers or does not, and a folder that cannot be written to; messages that wait", async (t) => {
  const shop = await openShop(t);
  const server = await startMailServer(t);
  const smtp = { MAIL_FROM: "kudos@example.com" };
  t.deepEqual(bad(await examine(t, shop, { ...smtp, MAIL_URL: server.url })), []);
  t.is(server.mails.length, 0);
  const refused = await examine(t, shop, { ...smtp, MAIL_URL: "smtp://ada:hunter2@127.0.0.1:1" });
  t.regex(bad(refused).join(), /^wrong mail: the server 127\.0\.0\.1:1 cannot be used \(\w+/);
  t.false(JSON.stringify(refused).includes("hunter2"));
  await writeFile(join(shop.folder, "file"), "");
  t.regex(
    bad(await examine(t, shop, { MAIL_URL: "file:./file/mails" })).join(),
    /^wrong mail: the folder .*mails cannot/,
  );
  await mkdir(join(shop.folder, "mails"));
  t.deepEqual(bad(await examine(t, shop, { MAIL_URL: "file:./mails/later" })), []);
  shop.sql(
    `insert into outgoing_message (id, channel, content, created_at, due_at, expires_at, attempts)
     values ('${"a".repeat(22)}', 'mail', 'x', 1, 1, 9999999999999, 3)`,
  );
  t.regex(bad(await examine(t, shop)).join(), /^wrong mail: 1 messages have waited for more than an hour/);
});

test("doctor: what listens at HOST and PORT: nothing, this version, another one, another program, or one that says nothing", async (t) => {
  const shop = await openShop(t);
  const running = await startProgram(t, {
    folder: shop.folder,
    environment: { DATABASE_URL: "sqlite:./kudos.sqlite" },
  });
  const { port } = new URL(running.url);
  const found = await examine(t, shop, { PORT: port });
  t.deepEqual(bad(found), []);
  t.regex(found.at(-1)?.message ?? "", /^127\.0\.0\.1:\d+ is ready, and serves version \d+\.\d+\.\d+ of the contract$/);
  running.child.kill("SIGTERM");
  await running.ended;
  t.regex((await examine(t, shop, { PORT: port })).at(-1)?.message ?? "", /none runs at .*, and the place is free/);

  let version = "0.9.9";
  let ready = 200;
  const other = createServer(({ url }, response) => {
    if (url === "/health/live") response.end('{"status":"live"}');
    else if (url === "/health/ready") response.writeHead(ready).end('{"detail":"The database does not answer."}');
    else response.end(JSON.stringify({ info: { version } }));
  });
  await once(other.listen(0, "127.0.0.1"), "listening");
  t.teardown(() => other.close());
  const at = { PORT: String((other.address() as AddressInfo).port) };
  t.regex(bad(await examine(t, shop, at)).join(), /^doubtful server: .* serves version 0\.9\.9 of the contract, and/);
  version = "\u001b[2J";
  t.regex(bad(await examine(t, shop, at)).join(), /serves version undefined/);
  ready = 503;
  t.regex(bad(await examine(t, shop, at)).join(), /^wrong server: .* not ready: The database does not answer\.$/);

  const silent = createSocketServer((socket) => void socket.end("SSH-2.0-x\r\n"));
  await once(silent.listen(0, "127.0.0.1"), "listening");
  t.teardown(() => silent.close());
  const taken = { PORT: String((silent.address() as AddressInfo).port) };
  t.regex(bad(await examine(t, shop, taken)).join(), /^wrong server: 127\.0\.0\.1:\d+ is taken by another program$/);
});

/** The origin of a proxy that passes all on as it comes, as another host. */
async function carelessProxy(t: ExecutionContext, target: string): Promise<string> {
  const proxy = createServer(({ url, headers }, outgoing) => {
    request(new URL(url ?? "", target), { headers: { ...headers, host: headers.host ?? "" } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    }).end();
  });
  await new Promise<void>((resolve) => void proxy.listen(0, "127.0.0.1", resolve));
  t.teardown(() => proxy.close());
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

test("doctor: a proxy whose fields do not arrive, or through which a client can claim another address; and one that is well", async (t) => {
  const shop = await openShop(t);
  const through = async (url: string) => bad(await examine(t, shop, {}, ["--url", url])).join();
  for (const cut of [true, false]) t.is(await through((await proxied(t, cut)) + BASE), "");
  const trusting = await startServer(t, { environment: { TRUSTED_PROXIES: "1" } });
  t.regex(await through(await carelessProxy(t, trusting.url)), /^doubtful proxy: a client can make the server believe/);
  const based = await startServer(t, { environment: { BASE_PATH: "/elsewhere" } });
  const origin = await carelessProxy(t, based.url);
  t.is(
    await through(origin),
    `wrong proxy: the server believes to be asked at ${origin}/elsewhere, and not at ${origin}`,
  );
  t.regex(await through("http://127.0.0.1:1"), /^wrong proxy: http:\/\/127\.0\.0\.1:1 does not answer \(/);
  for (const url of ["kudos.example", "ftp://x.example", "https://ada:hunter2@x.example", "https://x.example/?a"]) {
    t.regex(await shop.refused(["doctor", "--url", url], { code: 2 }), /^--url must be an address like/);
  }
});

postgreSqlTest("doctor: a database on PostgreSQL is well, empty, or not there", async (t) => {
  const shop = await openShop(t);
  const SECRET_KEY = generateSecretKey();
  const DATABASE_URL = await postgreSqlDatabase(t);
  const findings = await examine(t, shop, { DATABASE_URL, SECRET_KEY });
  t.deepEqual(bad(findings), []);
  t.regex(findings.find(({ area }) => area === "database")?.message ?? "", /^postgresql:.* answers and is up to date$/);
  const empty = await postgreSqlDatabase(t, { migrated: false });
  t.regex(
    bad(await examine(t, shop, { DATABASE_URL: empty, SECRET_KEY }))[0] ?? "",
    /^wrong database: there is nothing in /,
  );
  const nowhere = "postgresql://ada:hunter2@127.0.0.1:9/kudos";
  const [gone = ""] = bad(await examine(t, shop, { DATABASE_URL: nowhere, SECRET_KEY }));
  t.regex(gone, /^wrong database: .* does not answer/);
  t.notRegex(gone, /hunter2/);
  for (const command of [
    ["backup", "x"],
    ["restore", "x"],
  ]) {
    t.regex(await shop.refused(command, { environment: { DATABASE_URL, SECRET_KEY } }), /pg_dump .* reset-all-access/);
  }
});
