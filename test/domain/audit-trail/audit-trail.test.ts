import test from "ava";
import { listEvents, recorded } from "../../../src/domain/audit-trail/audit-trail.ts";
import { findPrincipalChanges, newestPrincipalChange } from "../../../src/domain/audit-trail/principal-changes.ts";
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

test("what ends access or changes principals is in the log of changes, and nothing else", async (t) => {
  const { orm } = await memoryDatabase(t);
  const credential = { kind: "token", id: "x" } as const;
  await recorded(orm.em.fork(), heardStranger(now), async (_, record) => {
    await record({ kind: "login", userId: 1, credential });
    await record({ kind: "token_revoked", userId: 1, credential }, { kind: "verified", userId: 2, credential });
    await record({ kind: "deactivated", userId: 3 });
  });
  const db = orm.em.fork();
  const first = { id: 1, at: now, userId: 1, credential: "token:x", ends: true };
  const others = [
    { id: 2, at: now, userId: 2, credential: null, ends: false },
    { id: 3, at: now, userId: 3, credential: null, ends: true },
  ];
  t.deepEqual(await findPrincipalChanges(db, { after: 0, limit: 10 }), [first, ...others]);
  t.deepEqual(await findPrincipalChanges(db, { after: 1, limit: 1 }), others.slice(0, 1));
  t.is(await newestPrincipalChange(db), 3);
});
