import test from "ava";
import { recorded } from "../../../src/domain/audit-trail/audit-trail.ts";
import { EVENT_KINDS, type EventKind } from "../../../src/domain/audit-trail/event.ts";
import { paragraphs } from "../../../src/domain/mail/mail-text.ts";
import { NOTICES, notifyOwners } from "../../../src/domain/mail/notices.ts";
import type { Outbox } from "../../../src/domain/mail/outbox.ts";
import type { Message } from "../../../src/domain/mail/outgoing-message.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { stranger } from "../../support/sample-occasion.ts";
import { sampleUser } from "../../support/sample-user.ts";

const now = new Date("2026-11-29T10:03:00Z");

/** An outbox that keeps what is posted. */
function keepingOutbox() {
  const posted: Message[] = [];
  const outbox: Outbox = {
    publicUrl: "https://kudos.example",
    texts: false,
    post: async (_, message) => void posted.push(message),
    committed: () => {},
  };
  return { posted, outbox };
}

test("every kind that is told is a kind of event", (t) => {
  const kinds: readonly string[] = EVENT_KINDS;
  t.deepEqual(
    Object.keys(NOTICES).filter((kind) => !kinds.includes(kind)),
    [],
  );
});

test("the owner of the account is told of each of these events, and of no other; links go to this server only", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const { id: userId } = await sampleUser(em, "ada@example.org");
  for (const kind of EVENT_KINDS) {
    const { posted, outbox } = keepingOutbox();
    await recorded(em, { ...stranger, now, notify: notifyOwners(outbox) }, (_, record) => record({ kind, userId }));
    t.is(posted.length, NOTICES[kind] === undefined ? 0 : 1, kind);
    for (const { to, text, channel } of posted) {
      t.is(to, "ada@example.org");
      t.is(channel, "mail");
      t.true(text.replaceAll("\n", " ").includes("192.0.2.7, on 29 November 2026 at 10:03 UTC."), text);
      t.deepEqual(
        [...text.matchAll(/https?:\/\/\S+/g)].map(([url]) => new URL(url).origin),
        ["https://kudos.example"],
      );
      for (const line of text.split("\n")) t.true(line.length <= 76, line);
    }
  }
});

test("nobody is told of what the operator does without the word for it, or of an account that is not there", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const { id } = await sampleUser(em);
  const { posted, outbox } = keepingOutbox();
  const occasion = { ...stranger, actor: "cli", address: null, now, notify: notifyOwners(outbox) };
  const happen = (kind: EventKind, userId: number | null) =>
    recorded(em, occasion, (_, record) => record({ kind, userId }));
  await happen("password_changed", null);
  await happen("password_changed", id + 1);
  t.is(posted.length, 0);
  await happen("password_changed", id);
  t.true(posted[0]?.text.replaceAll("\n", " ").includes("It was done by the operator of the server, on"));
});

test("a text is broken between words, but links and codes are not", (t) => {
  const link = `  https://kudos.example/${"x".repeat(100)}`;
  const text = paragraphs("word ".repeat(40), link, "end");
  t.true(text.includes(link));
  t.is(text.split("\n").filter((line) => line.length > 76).length, 1);
  t.is(text.match(/word/g)?.length, 40);
  t.true(text.endsWith("end\n"));
});
