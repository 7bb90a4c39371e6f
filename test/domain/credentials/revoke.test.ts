import test from "ava";
import { listEvents } from "../../../src/domain/audit-trail/audit-trail.ts";
import { AccessToken, Session } from "../../../src/domain/credentials/credential.ts";
import { revokeAllAccess, signOut } from "../../../src/domain/credentials/revoke.ts";
import { InvalidCredentials } from "../../../src/domain/passwords/errors.ts";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { AccountGone } from "../../../src/domain/users/errors.ts";
import { User } from "../../../src/domain/users/user.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { authenticateSession, authenticateToken, issueSession, issueToken } from "../../support/sample-credential.ts";
import { operator, stranger } from "../../support/sample-occasion.ts";
import { sampleUser } from "../../support/sample-user.ts";

const keys = parseSecretKeys(generateSecretKey());
const now = new Date("2026-05-01T12:00:00.123Z");
const occasion = { name: "", now, ...stranger };

test("revoking all access ends every token and session of that user only", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const ada = await sampleUser(em);
  const token = await issueToken(em, keys, ada, occasion);
  const session = await issueSession(em, keys, ada, occasion);
  const bob = await issueToken(em, keys, await sampleUser(em, "bob@example.org"), occasion);
  await revokeAllAccess(em, ada.id, { now, ...operator });
  t.is(await em.count(AccessToken, { user: ada.id }), 0);
  t.is(await authenticateToken(em, keys, token.token, now), null);
  t.is(await authenticateSession(em, keys, session.session, now), null);
  t.truthy(await authenticateToken(em, keys, bob.token, now));
  const fresh = await orm.em.fork().findOneOrFail(User, ada.id);
  t.is(fresh.generation, 1);
  t.truthy(await authenticateToken(em, keys, (await issueToken(em, keys, fresh, occasion)).token, now));
  const reset = (await listEvents(em, { userId: ada.id })).find(({ kind }) => kind === "access_reset");
  t.like(reset, { actor: "cli", address: null, credential: null });
});

test("a sign-in that is under way while all access is revoked gives a valid credential, as a later one does", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const ada = await sampleUser(em);
  const verified = { id: ada.id, generation: 0, passwordHash: "verified" };
  await em.nativeUpdate(User, { id: ada.id }, { passwordHash: "verified" });
  await revokeAllAccess(orm.em.fork(), ada.id, { now, ...operator });
  const { token } = await issueToken(em, keys, verified, occasion);
  const { session } = await issueSession(em, keys, verified, occasion);
  t.truthy(await authenticateToken(em, keys, token, now));
  t.truthy(await authenticateSession(em, keys, session, now));
});

test("a sign-in under way fails and stores nothing when the password is changed or the account closed", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const ada = await sampleUser(em);
  const verified = { id: ada.id, generation: 0, passwordHash: "verified" };
  await em.nativeUpdate(User, { id: ada.id }, { passwordHash: "verified" });
  for (const meanwhile of [{ generation: 1, passwordHash: "another" }, { active: false }]) {
    await em.nativeUpdate(User, { id: ada.id }, { generation: 0, passwordHash: "verified", ...meanwhile });
    for (const issue of [issueToken, issueSession]) {
      await t.throwsAsync(async () => issue(em, keys, verified, occasion), { instanceOf: InvalidCredentials });
    }
  }
  t.is((await em.count(AccessToken)) + (await em.count(Session)), 0);
  t.deepEqual(await listEvents(em, { userId: ada.id }), []);
});

test("the generation ends a token also where its row has stayed", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const ada = await sampleUser(em);
  const { token } = await issueToken(em, keys, ada, occasion);
  await em.nativeUpdate(User, { id: ada.id }, { generation: 1 });
  t.is(await authenticateToken(em, keys, token, now), null);
});

test("revoking all access of an unknown user is refused", async (t) => {
  const { orm } = await memoryDatabase(t);
  await t.throwsAsync(revokeAllAccess(orm.em.fork(), 7, { now, ...operator }), { instanceOf: AccountGone });
  t.deepEqual(await listEvents(orm.em.fork()), []);
});

test("signing out ends the one credential, and twice is harmless", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const ada = await sampleUser(em);
  const session = await issueSession(em, keys, ada, occasion);
  const token = await issueToken(em, keys, ada, occasion);
  const credential = { kind: "session", id: session.entity.id } as const;
  await signOut(em, { userId: ada.id, credential }, occasion);
  await signOut(em, { userId: ada.id, credential }, occasion);
  t.is(await authenticateSession(em, keys, session.session, now), null);
  t.truthy(await authenticateToken(em, keys, token.token, now));
  const logouts = (await listEvents(em)).filter(({ kind }) => kind === "logout");
  t.deepEqual(
    logouts.map((event) => event.credential),
    [`session:${session.entity.id}`],
  );
});
