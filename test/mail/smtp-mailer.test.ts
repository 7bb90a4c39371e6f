import test from "ava";
import { DeliveryFailed } from "../../src/domain/mail/mailer.ts";
import { createSmtpMailer } from "../../src/mail/smtp-mailer.ts";
import { startMailServer } from "../support/mail-server.ts";

const FROM = { name: "Kudos & Sons", address: "kudos@kudos.example" };
const MESSAGE = {
  channel: "mail",
  id: "0123456789abcdefABCDEF",
  to: "ada@example.com",
  subject: "Your code",
  text: "Hello,\n\n  12345678\n",
  createdAt: new Date("2026-11-29T10:00:00Z"),
} as const;
const signal = () => AbortSignal.timeout(10_000);
const toServer = (port: number) =>
  ({ kind: "smtp", host: "127.0.0.1", port, secure: false, credentials: undefined }) as const;

test("a mail arrives as it was written, with its sender, its time and an id of its own", async (t) => {
  const server = await startMailServer(t);
  const mailer = createSmtpMailer(toServer(server.port), FROM);
  t.teardown(() => mailer.close());
  await mailer.send(MESSAGE, signal());
  const [{ from, to, email, raw }] = (await server.received(1)) as [(typeof server.mails)[0]];
  t.is(from, FROM.address);
  t.deepEqual(to, [MESSAGE.to]);
  t.deepEqual(email.from, FROM);
  t.deepEqual(email.to, [{ name: "", address: MESSAGE.to }]);
  t.is(email.subject, MESSAGE.subject);
  t.is(email.text?.replaceAll("\r\n", "\n").trimEnd(), MESSAGE.text.trimEnd());
  t.is(email.messageId, "<0123456789abcdefABCDEF@kudos.example>");
  t.is(new Date(email.date ?? "").getTime(), MESSAGE.createdAt.getTime());
  t.regex(raw, /^Auto-Submitted: auto-generated\r$/m);
  t.regex(raw, /^ {2}12345678\r$/m, "not encoded: a person who reads the source finds the code");
});

test("a recipient is one address, whatever it looks like", async (t) => {
  const server = await startMailServer(t);
  const mailer = createSmtpMailer(toServer(server.port), FROM);
  t.teardown(() => mailer.close());
  for (const to of ["o'neil+kudos@example.com", "a=b@example.com", "ada@b\u00fccher.example"])
    await mailer.send({ ...MESSAGE, to }, signal());
  const mails = await server.received(3);
  t.deepEqual(
    mails.map((mail) => mail.to),
    [["o'neil+kudos@example.com"], ["a=b@example.com"], ["ada@b\u00fccher.example"]],
  );
  t.regex(mails[2]?.raw ?? "", /^To: ada@xn--bcher-kva\.example\r$/m, "the server has decoded the envelope");
});

test("a refusal of the recipient or the content by 5xx is for good, any other failure is not; no reason shows the recipient", async (t) => {
  for (const [options, permanent] of [
    [{ refuse: () => 550 }, true],
    [{ refuse: () => 450 }, false],
    [{ refuseContent: () => 554 }, true],
    [{ refuseContent: () => 451 }, false],
  ] as const) {
    const server = await startMailServer(t, options);
    const mailer = createSmtpMailer(toServer(server.port), FROM);
    const error = await t.throwsAsync(mailer.send(MESSAGE, signal()), { instanceOf: DeliveryFailed });
    t.is(error?.permanent, permanent, error?.reason);
    t.false(error?.reason.includes("ada"), error?.reason);
    mailer.close();
  }
});

test("a server that is not there, and one that says nothing, are failures that pass", async (t) => {
  const mailer = createSmtpMailer(toServer(1), FROM);
  t.teardown(() => mailer.close());
  const error = await t.throwsAsync(mailer.send(MESSAGE, signal()), { instanceOf: DeliveryFailed });
  t.false(error?.permanent);
  const silent = await startMailServer(t, { beforeAnswer: () => new Promise(() => {}) });
  const waiting = createSmtpMailer(toServer(silent.port), FROM);
  const late = await t.throwsAsync(waiting.send(MESSAGE, AbortSignal.timeout(200)), { instanceOf: DeliveryFailed });
  t.false(late?.permanent);
  waiting.close();
});

test("a password is not sent to another machine without TLS", async (t) => {
  const server = await startMailServer(t);
  // Another name of this machine: only the spellings of the loopback address are exempt.
  const target = { ...toServer(server.port), host: "127.0.0.2", credentials: { user: "u", password: "secret" } };
  const mailer = createSmtpMailer({ ...target, host: "0.0.0.0" }, FROM);
  t.teardown(() => mailer.close());
  const error = await t.throwsAsync(mailer.send(MESSAGE, signal()), { instanceOf: DeliveryFailed });
  t.false(error?.permanent);
  t.regex(error?.reason ?? "", /TLS/);
  t.is(server.mails.length, 0);
});
