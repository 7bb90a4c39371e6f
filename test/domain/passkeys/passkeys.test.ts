import test from "ava";
import { beginChallenge, CHALLENGE_MS, spendChallenge } from "../../../src/domain/passkeys/challenge.ts";
import { PasskeyAttemptEnded, PasskeyRequired } from "../../../src/domain/passkeys/errors.ts";
import { Passkey } from "../../../src/domain/passkeys/passkey.ts";
import { deletePasskey } from "../../../src/domain/passkeys/passkeys.ts";
import { runStatement } from "../../../src/domain/query.ts";
import { startPruning } from "../../../src/storage/pruning.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { stranger } from "../../support/sample-occasion.ts";
import { sampleUser } from "../../support/sample-user.ts";

const NOW = new Date("2026-11-29T12:00:00Z");
const OCCASION = { ...stranger, now: NOW };
const SIGN_IN = { purpose: "sign-in", userId: null, boundTo: null } as const;

test("the last second factor stays where the server requires one, and goes where it does not", async (t) => {
  const { orm } = await memoryDatabase(t);
  const user = await sampleUser(orm.em.fork());
  const add = (id: string) =>
    orm.em.fork().transactional(async (tx) => {
      const key = { credentialId: id, publicKey: "x", algorithm: -7, counter: 0, aaguid: "" };
      const kind = {
        name: id,
        usage: "secondary",
        backupEligible: false,
        backedUp: false,
        discoverable: null,
      } as const;
      tx.create(Passkey, {
        id,
        user: tx.getReference(user.constructor as never, user.id as never),
        ...key,
        ...kind,
        createdAt: NOW,
      });
    });
  await add("one");
  await add("two");
  const asker = { userId: user.id, credential: { kind: "session", id: "x" } } as const;
  const remove = (id: string, factorPolicy: "required" | "optional") =>
    deletePasskey(orm.em.fork(), asker, { id }, { ...OCCASION, factorPolicy });
  await remove("one", "required");
  await t.throwsAsync(remove("two", "required"), { instanceOf: PasskeyRequired });
  t.is(await orm.em.fork().count(Passkey), 1, "nothing was removed");
  await remove("two", "optional");
  t.is(await orm.em.fork().count(Passkey), 0);
});

test("a challenge is stored as a digest, and is good for ten minutes, its purpose and who began it", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const begin = () => beginChallenge(em, SIGN_IN, NOW);
  const spend = (state: string, now: Date, purpose: "sign-in" | "verify", boundTo: string | null) =>
    spendChallenge(em, state, { purposes: [purpose], boundTo: [boundTo], now });
  const { state, challenge, expiresAt } = await begin();
  t.is(expiresAt.getTime(), NOW.getTime() + CHALLENGE_MS);
  const text = Buffer.from(challenge).toString("base64url");
  const rows = await runStatement(em, 'select * from "passkey_challenge"', []);
  t.false(JSON.stringify(rows).includes(text));
  const spent = await spend(state, new Date(expiresAt.getTime() - 1), "sign-in", null);
  t.true(spent.isChallenge(text));
  t.false(spent.isChallenge(`${text}A`));
  for (const [now, purpose, boundTo] of [
    [expiresAt, "sign-in", null],
    [NOW, "verify", null],
    [NOW, "sign-in", "session:x"],
  ] as const) {
    const other = await begin();
    await t.throwsAsync(spend(other.state, now, purpose, boundTo), { instanceOf: PasskeyAttemptEnded });
    await t.throwsAsync(spend(other.state, NOW, "sign-in", null), { instanceOf: PasskeyAttemptEnded }, "it is spent");
  }
});

test("challenges of a user that wait are twenty at most, and those that are over are deleted", async (t) => {
  const { orm } = await memoryDatabase(t);
  const user = await sampleUser(orm.em.fork());
  const facts = { purpose: "verify", userId: user.id, boundTo: "session:x" } as const;
  const em = orm.em.fork();
  for (let n = 0; n < 25; n += 1) await beginChallenge(em, facts, new Date(NOW.getTime() + n));
  const count = async () => (await runStatement(em, 'select id from "passkey_challenge"', [])).length;
  t.is(await count(), 20);
  const later = new Date(NOW.getTime() + CHALLENGE_MS + 100);
  const pruning = startPruning({ fork: () => orm.em.fork(), now: () => later, eventMs: 1, onError: t.log });
  t.teardown(() => pruning.close());
  await pruning.run();
  t.is(await count(), 0);
});
