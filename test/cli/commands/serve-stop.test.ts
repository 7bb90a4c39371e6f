import { Agent, type IncomingMessage, request as send } from "node:http";
import { connect } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { parsePasswordCost } from "../../../src/domain/passwords/scrypt-hash.ts";
import { User } from "../../../src/domain/users/user.ts";
import { createPasswordHasher } from "../../../src/hashing/hasher.ts";
import { readSecretKeys } from "../../../src/storage/keys/key-file.ts";
import { databaseIn, placeMigratedDatabase, withDatabase } from "../../support/migrated-database.ts";
import { holdDatabase } from "../../support/other-process.ts";
import { type StartedProgram, startProgram } from "../../support/program.ts";
import { issueToken } from "../../support/sample-credential.ts";
import { CHEAP, PASSWORD } from "../../support/server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

interface Answer {
  readonly status: number;
  readonly connection: string | undefined;
  readonly text: string;
}

interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** Parts of the content, sent one after the other with `pause` milliseconds before each but the first. */
  readonly content?: readonly string[];
  readonly pause?: number;
  readonly agent?: Agent | false;
}

/** One request by node:http; rejects when the connection breaks before the answer is whole. */
function call(
  url: string,
  { method = "GET", headers = {}, content = [], pause = 0, agent = false }: Call = {},
): Promise<Answer> {
  const length = Buffer.byteLength(content.join(""));
  const sized = length > 0 ? { "Content-Type": "application/json", "Content-Length": String(length) } : {};
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers: { ...sized, ...headers }, agent }, (response: IncomingMessage) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, connection: response.headers.connection, text }),
      );
    });
    request.on("error", reject);
    const sendParts = async (): Promise<void> => {
      for (const [index, part] of content.entries()) {
        if (index > 0) await sleep(pause);
        request.write(part);
      }
      request.end();
    };
    sendParts().catch(reject);
  });
}

const ACCOUNTS = 30;

/** Makes the accounts, as registrations would; resolves to a token of each. All have the same hash of the password. */
async function createAccounts(folder: string, passwordCost: string): Promise<string[]> {
  const hasher = await createPasswordHasher({ cost: parsePasswordCost(passwordCost) ?? undefined, threads: 1 });
  const passwordHash = await hasher.hash(PASSWORD);
  await hasher.close();
  const keys = await readSecretKeys(`${databaseIn(folder)}.key`);
  return withDatabase(`sqlite:${databaseIn(folder)}`, async ({ orm }) => {
    const em = orm.em.fork();
    const now = new Date();
    const tokens: string[] = [];
    for (let account = 0; account < ACCOUNTS; account += 1) {
      const user = await em.transactional(async (tx) =>
        tx.create(User, { email: `user${account}@example.com`, passwordHash, createdAt: now }),
      );
      tokens.push((await issueToken(em, keys, user, { now })).token);
    }
    return tokens;
  });
}

/** A program on a database file with accounts, and a query for the likes that are on the disk. */
async function populated(t: ExecutionContext, environment: Record<string, string> = {}) {
  const folder = await temporaryFolder(t);
  const path = databaseIn(folder);
  await placeMigratedDatabase(folder);
  const tokens = await createAccounts(folder, environment.PASSWORD_COST ?? CHEAP);
  const program = await startProgram(t, { folder, environment: { DATABASE_URL: `sqlite:${path}`, ...environment } });
  const likes = (): string[] => {
    const database = new DatabaseSync(path, { readOnly: true });
    const rows = database.prepare("select user_id, article_id from article_like").all();
    database.close();
    return rows.map((row) => `${row.user_id}:${row.article_id}`).toSorted();
  };
  const like = (index: number): Call => ({
    method: "POST",
    headers: { "Authentication-Token": tokens[index % ACCOUNTS] ?? "" },
    content: [JSON.stringify({ article_id: 1 + Math.floor(index / ACCOUNTS) })],
  });
  return { program, path, tokens, likes, like };
}

function likeOf({ text }: Answer): string {
  const { user_id, article_id } = JSON.parse(text);
  return `${user_id}:${article_id}`;
}

/** Waits for the end of a program; fails the test when it takes more than `most` milliseconds. */
async function endOf(t: ExecutionContext, { child, ended }: StartedProgram, most = 10_000): Promise<number | null> {
  const start = performance.now();
  const watchdog = setTimeout(() => child.kill("SIGKILL"), most);
  const { code, signal, stderr } = await ended;
  clearTimeout(watchdog);
  t.is(stderr, "");
  t.is(signal, null, `still there after ${Math.round(performance.now() - start)} ms`);
  return code;
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test.serial(
    `${signal} with 200 mixed requests under way: every one is answered, every like is on the disk`,
    async (t) => {
      const { program, likes, like } = await populated(t, { PASSWORD_COST: "ln=12,r=8,p=1" });
      const { url, child } = program;
      const keepAlive = new Agent({ keepAlive: true, maxSockets: 20 });
      t.teardown(() => keepAlive.destroy());
      // A first round, so that some connections are open and have been used.
      await Promise.all(Array.from({ length: 20 }, () => call(`${url}/health/live`, { agent: keepAlive })));

      const calls: Promise<readonly [expected: readonly number[], Answer]>[] = [];
      const expect = (expected: readonly number[], answer: Promise<Answer>) => {
        calls.push(answer.then((arrived) => [expected, arrived] as const));
      };
      for (let index = 0; index < 20; index += 1) {
        const login = { email: `user${index}@example.com`, password: index % 4 === 0 ? "wrong" : PASSWORD };
        expect(
          [index % 4 === 0 ? 400 : 200],
          call(`${url}/login`, { method: "POST", content: [JSON.stringify(login)] }),
        );
        for (const [turn, agent] of [false as const, keepAlive].entries()) {
          expect([201], call(`${url}/api/article_likes`, { ...like(index * 3 + turn), agent }));
          expect([200], call(`${url}/api/articles`, { agent }));
          expect([401], call(`${url}/api/test`, { agent }));
        }
        const slow = like(index * 3 + 2);
        const content = [...(slow.content ?? [""])].flatMap((text) => [text.slice(0, 5), text.slice(5)]);
        expect([201], call(`${url}/api/article_likes`, { ...slow, content, pause: 20 * index }));
        expect([200, 503], call(`${url}/health/ready`));
        expect([404], call(`${url}/nowhere`));
      }
      t.is(calls.length, 200);
      await sleep(10);
      child.kill(signal);

      const answers = await Promise.all(calls);
      for (const [expected, { status, text }] of answers) t.true(expected.includes(status), `${status} ${text}`);
      t.is(await endOf(t, program), 0);
      const liked = answers.filter(([, { status }]) => status === 201).map(([, answer]) => likeOf(answer));
      t.is(liked.length, 60);
      t.deepEqual(likes(), liked.toSorted());
      t.notRegex(program.stdout(), /"level":(50|60)/);
    },
  );
}

test.serial(
  "readiness says 503 and liveness 200 while the program stops, and connections are told to end",
  async (t) => {
    const { program, like } = await populated(t);
    const { url, child } = program;
    const agent = new Agent({ keepAlive: true });
    t.teardown(() => agent.destroy());
    t.not((await call(`${url}/health/ready`, { agent })).connection, "close");
    // The first content loads its parser, which would hold up the signal for longer than this test waits.
    t.is((await call(`${url}/api/article_likes`, like(1))).status, 201);
    // The lock delays the program, so that requests are unfinished when it stops.
    const slow = like(0);
    const content = [...(slow.content ?? [""])].flatMap((text) => [text.slice(0, 5), text.slice(5)]);
    const held = call(`${url}/api/article_likes`, { ...slow, content, pause: 600 });
    await sleep(50);
    child.kill("SIGTERM");
    await sleep(30);
    const [ready, live] = await Promise.all([call(`${url}/health/ready`, { agent }), call(`${url}/health/live`)]);
    t.is(ready.status, 503);
    t.is(JSON.parse(ready.text).detail, "The server is about to stop.");
    t.is(ready.connection, "close");
    t.is(live.status, 200);
    t.is((await held).status, 201);
    t.is(await endOf(t, program), 0);
  },
);

test.serial("requests that arrive while SQLite blocks the thread during a stop are answered, not reset", async (t) => {
  const { program, path, like, likes } = await populated(t);
  const { url, child } = program;
  const letGo = await holdDatabase(t, path, "begin immediate");
  child.kill("SIGTERM");
  await sleep(60);
  // SQLite waits for the lock in the thread, so that no other work runs.
  const held = call(`${url}/api/article_likes`, like(0));
  await sleep(60);
  const fresh = Array.from({ length: 40 }, () => call(`${url}/health/live`));
  await sleep(200);
  await letGo();
  t.deepEqual(
    (await Promise.all(fresh)).map(({ status }) => status),
    fresh.map(() => 200),
  );
  // 503 when the other process holds its lock for longer than a statement waits.
  const { status } = await held;
  t.true(status === 201 || status === 503, String(status));
  t.is(await endOf(t, program), 0);
  t.is(likes().length, status === 201 ? 1 : 0);
});

test.serial("a second signal, and a third, change nothing", async (t) => {
  const { program, like } = await populated(t);
  const slow = like(0);
  const content = [...(slow.content ?? [""])].flatMap((text) => [text.slice(0, 5), text.slice(5)]);
  const held = call(`${program.url}/api/article_likes`, { ...slow, content, pause: 500 });
  await sleep(50);
  for (const signal of ["SIGTERM", "SIGINT", "SIGTERM"] as const) {
    program.child.kill(signal);
    await sleep(50);
  }
  t.is((await held).status, 201);
  t.is(await endOf(t, program), 0);
});

test.serial("connections that only stay open do not keep the program from ending", async (t) => {
  const { program } = await populated(t);
  const port = Number(new URL(program.url).port);
  const texts = [
    "",
    "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n",
    "this is not HTTP\r\n\r\n",
  ];
  for (const text of texts) {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }, () => socket.write(text));
    socket.resume().on("error", () => {});
    const drip = text.endsWith("X-Slow: ") ? setInterval(() => socket.write("a"), 100) : undefined;
    t.teardown(() => {
      clearInterval(drip);
      socket.destroy();
    });
  }
  await sleep(200);
  program.child.kill("SIGTERM");
  t.is(await endOf(t, program, 6_000), 0);
});
