import test from "ava";
import { listEvents, recorded } from "../../../src/domain/audit-trail/audit-trail.ts";
import { User } from "../../../src/domain/users/user.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { heardStranger } from "../../support/sample-occasion.ts";

const now = new Date("2026-05-01T12:00:00.123Z");

test("work that fails leaves neither its writes nor its event, and logs none", async (t) => {
  const { orm } = await memoryDatabase(t);
  const occasion = heardStranger(now);
  const failing = recorded(orm.em.fork(), occasion, async (tx, record) => {
    await tx.insert(User, { email: "ada@example.org", createdAt: now });
    await record({ kind: "registered", userId: 1 });
    throw new Error("no");
  });
  await t.throwsAsync(failing, { message: "no" });
  t.deepEqual(await listEvents(orm.em.fork()), []);
  t.is(await orm.em.fork().count(User), 0);
  t.deepEqual(occasion.heard, []);
});

test("the trail is newest first, of one user or of all, and as long as asked", async (t) => {
  const { orm } = await memoryDatabase(t);
  const occasion = heardStranger(now);
  const credential = { kind: "session", id: "x" } as const;
  for (const userId of [1, null, 2, 1]) {
    const happening = { kind: "login", userId, credential, actor: "user:1" } as const;
    await recorded(orm.em.fork(), occasion, (_, record) => record(happening));
  }
  const em = orm.em.fork();
  t.deepEqual(
    (await listEvents(em)).map(({ userId }) => userId),
    [1, 2, null, 1],
  );
  t.deepEqual(
    (await listEvents(em, { userId: 1 })).map(({ id }) => id),
    [4, 1],
  );
  t.deepEqual(await listEvents(em, { limit: 1 }), [
    {
      id: 4,
      at: now,
      kind: "login",
      userId: 1,
      actor: "user:1",
      address: "192.0.2.7",
      credential: "session:x",
      detail: null,
    },
  ]);
  t.is(occasion.heard.length, 4);
});
