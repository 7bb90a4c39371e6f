import test, { type ExecutionContext } from "ava";
import {
  currentSigningKeys,
  encryptSigningKeysAnew,
  openPrivateKey,
  rotateSigningKeys,
} from "../../../src/domain/jwt/signing-keys.ts";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { startPruning } from "../../../src/storage/pruning.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { onPostgreSql } from "../../support/postgresql.ts";

const HOUR_MS = 60 * 60 * 1000;
const NOW = new Date("2026-12-06T12:00:00.000Z");
const later = (ms: number) => new Date(NOW.getTime() + ms);

async function store(t: ExecutionContext) {
  const { orm } = await memoryDatabase(t);
  const older = generateSecretKey();
  const keys = parseSecretKeys(older);
  return { orm, db: orm.em.fork(), keys, newer: parseSecretKeys(`${generateSecretKey()},${older}`), now: NOW };
}

test("a rotation makes a key that waits for an hour, and a second one does nothing", async (t) => {
  const { newer: _, orm: __, ...own } = await store(t);
  const [first] = await currentSigningKeys(own);
  const rotation = await rotateSigningKeys(own);
  t.deepEqual([rotation.made, rotation.signsFrom], [true, later(HOUR_MS)]);
  const again = await rotateSigningKeys({ ...own, now: later(HOUR_MS - 1) });
  t.deepEqual(again, { ...rotation, made: false });
  t.deepEqual(
    (await currentSigningKeys(own)).map(({ id, expiresAt }) => [id, expiresAt]),
    [
      [first?.id, later(HOUR_MS + 600_000)],
      [rotation.kid, null],
    ],
  );
  const next = await rotateSigningKeys({ ...own, now: later(HOUR_MS) });
  t.true(next.made);
});

test("of many that rotate at once one makes the next key, also before there is any", async (t) => {
  const { newer: _, orm: __, ...own } = await store(t);
  const first = await Promise.all(Array.from({ length: 8 }, () => rotateSigningKeys(own)));
  const made = first.filter((rotation) => rotation.made).length;
  // The first key signs at once. A call that begins after it was made, as one that waits for a connection to PostgreSQL may, makes the
  // next one; none makes a third.
  t.true(made === 1 || (onPostgreSql && made === 2), String(made));
  t.is(new Set(first.map(({ kid }) => kid)).size, made);
  const now = later(24 * HOUR_MS);
  const next = await Promise.all(Array.from({ length: 8 }, () => rotateSigningKeys({ ...own, now })));
  t.is(next.filter(({ made }) => made).length, 1);
  t.is((await currentSigningKeys({ ...own, now })).length, 2);
});

test("a key that has expired is published no more, and is pruned; the next one has a higher number", async (t) => {
  const { newer: _, orm, ...own } = await store(t);
  await currentSigningKeys(own);
  await rotateSigningKeys(own);
  const now = later(HOUR_MS + 600_000);
  t.is((await currentSigningKeys({ ...own, now })).length, 1);
  const fork = () => orm.em.fork();
  const pruning = startPruning({ fork, now: () => now, eventMs: HOUR_MS, onError: (error) => t.fail(String(error)) });
  await pruning.run();
  await pruning.close();
  t.deepEqual(await orm.em.getConnection().execute("select number from signing_key"), [{ number: 2 }]);
  await rotateSigningKeys({ ...own, now });
  t.deepEqual(
    (await currentSigningKeys({ ...own, now })).map(({ number }) => number),
    [2, 3],
  );
});

test("after a new secret key the private keys open as before, and then without the old one, too", async (t) => {
  const { newer, orm: _, ...own } = await store(t);
  const [key] = await currentSigningKeys(own);
  if (key === undefined) throw new Error("There is no key.");
  const alone = parseSecretKeys(newer[0].key.export().toString("base64url"));
  t.truthy(await openPrivateKey(newer, key));
  t.is(await openPrivateKey(alone, key), null);

  await encryptSigningKeysAnew({ ...own, keys: newer });
  const [anew] = await currentSigningKeys({ ...own, keys: alone });
  t.is(anew?.id, key.id);
  t.truthy(anew && (await openPrivateKey(alone, anew)));
  t.is(anew && (await openPrivateKey(own.keys, anew)), null);
  await encryptSigningKeysAnew({ ...own, keys: newer });
  t.deepEqual(await currentSigningKeys({ ...own, keys: alone }), [anew]);
});

test("a private key opens for its own row alone", async (t) => {
  const { newer: _, orm: __, ...own } = await store(t);
  await rotateSigningKeys(own);
  await rotateSigningKeys({ ...own, now: later(HOUR_MS) });
  const [one, other] = await currentSigningKeys(own);
  if (one === undefined || other === undefined) throw new Error("There are not two keys.");
  t.is(await openPrivateKey(own.keys, { ...one, privateKey: other.privateKey }), null);
});

test("where no key can be opened, since the key file is another one, a new key signs at once", async (t) => {
  const { newer: _, orm: __, ...own } = await store(t);
  const [lost] = await currentSigningKeys(own);
  const keys = parseSecretKeys(generateSecretKey());
  const found = await currentSigningKeys({ ...own, keys });
  t.deepEqual(
    found.map(({ id, signsFrom }) => [id === lost?.id, signsFrom]),
    [
      [true, NOW],
      [false, NOW],
    ],
  );
  t.deepEqual(await currentSigningKeys({ ...own, keys }), found);
});
