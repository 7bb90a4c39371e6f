import test from "ava";
import { grantRole, revokeRole } from "../../../src/domain/accounts/roles.ts";
import { listEvents } from "../../../src/domain/audit-trail/audit-trail.ts";
import { RoleNotFound, UserNotFound } from "../../../src/domain/users/errors.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { operator } from "../../support/sample-occasion.ts";
import { sampleUser } from "../../support/sample-user.ts";

const occasion = { now: new Date("2026-05-01T12:00:00.123Z"), ...operator };

test("a role is granted once and revoked once, and the trail has each change", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const { id } = await sampleUser(em);
  const held = () => em.getConnection().execute('select user_id from "user_role"');
  const author = { email: "ADA@example.org", role: "author" };
  await Promise.all([1, 2, 3].map(() => grantRole(orm.em.fork(), author, occasion)));
  t.deepEqual(await held(), [{ user_id: id }]);
  await Promise.all([1, 2, 3].map(() => revokeRole(orm.em.fork(), author, occasion)));
  t.deepEqual(await held(), []);
  t.deepEqual(
    (await listEvents(em, { userId: id })).map(({ kind, actor, detail }) => `${kind} ${detail} ${actor}`),
    ["role_revoked author cli", "role_granted author cli"],
  );
});

test("an unknown role is refused, and so is an unknown user", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  await sampleUser(em);
  for (const change of [grantRole, revokeRole]) {
    for (const role of ["king", "", "Author", "\0"]) {
      await t.throwsAsync(change(em, { email: "ada@example.org", role }, occasion), { instanceOf: RoleNotFound }, role);
    }
    await t.throwsAsync(change(em, { email: "bob@example.org", role: "author" }, occasion), {
      instanceOf: UserNotFound,
    });
  }
  t.deepEqual(await listEvents(em), []);
});
