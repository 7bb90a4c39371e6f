import test, { type ExecutionContext } from "ava";
import { DeliveryFailed, type DueMessage, type Mailer } from "../../../src/domain/mail/mailer.ts";
import { createOutbox } from "../../../src/domain/mail/outbox.ts";
import { type SenderOptions, startSender, type Undelivered } from "../../../src/domain/mail/send-messages.ts";
import { kyselyOf, runStatement } from "../../../src/domain/query.ts";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { createSmtpMailer } from "../../../src/mail/smtp-mailer.ts";
import { type MailServer, startMailServer, until } from "../../support/mail-server.ts";
import { memoryDatabase } from "../../support/memory-database.ts";

const FROM = { name: "Kudos", address: "kudos@kudos.example" };
const MINUTE = 60_000;

/** An outbox on a database in memory, and senders that send to a server. */
async function openOffice(t: ExecutionContext, server: MailServer) {
  const { orm } = await memoryDatabase(t);
  const db = kyselyOf(orm.em);
  const keys = parseSecretKeys(generateSecretKey());
  const clock = { now: Date.UTC(2026, 10, 29) };
  const now = () => new Date(clock.now);
  const outbox = createOutbox({ keys: () => keys, publicUrl: () => "https://kudos.example" });
  const undelivered: Undelivered[] = [];
  const startWith = (mailer: Mailer, options: Partial<SenderOptions> = {}) => {
    const sender = startSender({
      db,
      keys: () => keys,
      mailers: { mail: mailer },
      now,
      onUndelivered: (message) => undelivered.push(message),
      onError: (error) => t.fail(String(error)),
      everyMs: 20,
      ...options,
    });
    t.teardown(() => sender.close());
    return sender;
  };
  const toServer = {
    kind: "smtp",
    host: server.host,
    port: server.port,
    secure: false,
    credentials: undefined,
  } as const;
  const start = (options?: Partial<SenderOptions>) => startWith(createSmtpMailer(toServer, FROM), options);
  const post = (to: string | null, lifetimeMs?: number) =>
    outbox.post(
      db,
      { channel: "mail", to, subject: "Hello", text: "Hello.\n" },
      { now: now(), ...(lifetimeMs && { lifetimeMs }) },
    );
  const rows = () => runStatement<{ attempts: number }>(db, 'select * from "outgoing_message"', []);
  const isEmpty = () => until(async () => (await rows()).length === 0, "the outbox is empty");
  return { db, clock, keys, post, start, startWith, rows, isEmpty, undelivered };
}

test("what is posted is sent, and then deleted; a message to nobody is deleted only", async (t) => {
  const server = await startMailServer(t);
  const { post, start, isEmpty, undelivered } = await openOffice(t, server);
  await post("ada@example.com");
  await post(null);
  await post("bob@example.com");
  start();
  await isEmpty();
  t.deepEqual(server.mails.flatMap(({ to }) => to).toSorted(), ["ada@example.com", "bob@example.com"]);
  t.deepEqual(undelivered, []);
});

test("after a 4xx it is tried again, later, and then arrives", async (t) => {
  const server = await startMailServer(t, { refuse: (attempt) => (attempt < 3 ? 451 : undefined) });
  const { post, start, clock, isEmpty, undelivered } = await openOffice(t, server);
  await post("ada@example.com");
  start();
  await until(() => undelivered.length === 1, "one failure");
  clock.now += 5_000;
  clock.now += 6_000;
  await until(() => undelivered.length === 2, "two failures");
  t.is(server.mails.length, 0);
  clock.now += MINUTE;
  await isEmpty();
  t.is(server.mails.length, 1);
  t.deepEqual(
    undelivered.map(({ attempts, givenUp }) => [attempts, givenUp]),
    [
      [1, false],
      [2, false],
    ],
  );
});

test("after a 5xx it is given up at once, and other messages go on", async (t) => {
  const server = await startMailServer(t, { refuse: (_, to) => (to.startsWith("ada") ? 550 : undefined) });
  const { post, start, isEmpty, undelivered } = await openOffice(t, server);
  await post("ada@example.com");
  await post("bob@example.com");
  start();
  await isEmpty();
  t.deepEqual(
    server.mails.map(({ to }) => to),
    [["bob@example.com"]],
  );
  await until(() => undelivered.length > 0, "one failure");
  t.deepEqual(
    undelivered.map(({ attempts, givenUp }) => [attempts, givenUp]),
    [[1, true]],
  );
  t.false(JSON.stringify(undelivered).includes("ada"));
});

test("it is given up when its time is over, which is a day at most", async (t) => {
  const server = await startMailServer(t, { refuse: () => 451 });
  const { post, start, clock, isEmpty, undelivered } = await openOffice(t, server);
  await post("ada@example.com", 365 * 24 * 60 * MINUTE);
  start();
  const begin = clock.now;
  for (let failures = 1; (undelivered.at(-1)?.givenUp ?? false) === false; failures += 1) {
    await until(() => undelivered.length >= failures, `${failures} failures`);
    clock.now += 60 * MINUTE;
    if (failures > 40) break;
  }
  await isEmpty();
  t.true(clock.now - begin <= 25 * 60 * MINUTE && clock.now - begin > 22 * 60 * MINUTE);
  t.is(undelivered.filter(({ givenUp }) => givenUp).length, 1);
});

test("a message whose time is over before it could be sent is not sent, and that is told", async (t) => {
  const server = await startMailServer(t);
  const { post, start, clock, isEmpty, undelivered } = await openOffice(t, server);
  await post("ada@example.com", 10 * MINUTE);
  clock.now += 10 * MINUTE;
  start();
  await isEmpty();
  t.is(server.mails.length, 0);
  await until(() => undelivered.length > 0, "one failure");
  t.like(undelivered[0], { givenUp: true, reason: "its time is over" });
});

test("a message of a sender that was killed is sent by another one, once its claim is old", async (t) => {
  const server = await startMailServer(t);
  const { post, start, startWith, clock, rows, isEmpty } = await openOffice(t, server);
  await post("ada@example.com");
  const { promise: claimed, resolve } = Promise.withResolvers<DueMessage>();
  const dead = startWith(
    {
      send: (message) => {
        resolve(message);
        return new Promise(() => {});
      },
      close: () => {},
    },
    { patienceMs: 0 },
  );
  await claimed;
  await dead.close();
  start();
  clock.now += MINUTE;
  await new Promise((done) => setTimeout(done, 100));
  t.is(server.mails.length, 0, "the other one may still be sending it");
  t.is((await rows())[0]?.attempts, 1);
  clock.now += MINUTE;
  await isEmpty();
  t.is(server.mails.length, 1);
});

test("ten senders on one database send each message once", async (t) => {
  const server = await startMailServer(t);
  const { post, start, isEmpty } = await openOffice(t, server);
  const addresses = Array.from({ length: 60 }, (_, index) => `user${index}@example.com`);
  for (let index = 0; index < 10; index += 1) start({ everyMs: 5 });
  for (const address of addresses) await post(address);
  await isEmpty();
  t.deepEqual(server.mails.flatMap(({ to }) => to).toSorted(), addresses.toSorted());
});

test("closing waits for the message that is being sent, and claims no other", async (t) => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const server = await startMailServer(t, {
    beforeAnswer: () => {
      arrive();
      return answered;
    },
  });
  const { post, start, rows } = await openOffice(t, server);
  await post("ada@example.com");
  // The timer could look between the next message and the closing, and claim it.
  const sender = start({ everyMs: MINUTE });
  await arrived;
  await post("bob@example.com");
  const closing = sender.close();
  sender.wake();
  answer();
  await closing;
  t.is(server.mails.length, 1);
  t.deepEqual(
    (await rows()).map(({ attempts }) => attempts),
    [0],
  );
});

test("closing waits for a look at the outbox that is under way, which claims nothing then", async (t) => {
  const { post, start, rows } = await openOffice(t, await startMailServer(t));
  await post("ada@example.com");
  await start().close();
  await new Promise((done) => setTimeout(done, 100));
  t.deepEqual(
    (await rows()).map(({ attempts }) => attempts),
    [0],
  );
});

test("a message that was put off by a clock that was ahead is sent when the clock is right again", async (t) => {
  const server = await startMailServer(t);
  const { post, start, clock, db, isEmpty } = await openOffice(t, server);
  await post("ada@example.com");
  await runStatement(db, 'update "outgoing_message" set due_at = ?', [new Date(clock.now + 365 * 24 * 60 * MINUTE)]);
  start();
  await isEmpty();
  t.is(server.mails.length, 1);
});

test("an error of a mailer that is none of its own is a failure that passes", async (t) => {
  const server = await startMailServer(t);
  const { post, startWith, undelivered } = await openOffice(t, server);
  await post("ada@example.com");
  startWith({ send: () => Promise.reject(new TypeError("ada@example.com")), close: () => {} });
  await until(() => undelivered.length === 1, "one failure");
  t.like(undelivered[0], { givenUp: false, reason: "an unexpected error" });
  t.true(new DeliveryFailed("x") instanceof Error);
});
