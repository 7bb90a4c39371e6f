import { randomBytes } from "node:crypto";
import test, { type ExecutionContext } from "ava";
import {
  createHashSamples,
  hashesToVerify,
  kindOfHash,
  sampleHashes,
} from "../../../src/domain/passwords/hash-kinds.ts";
import { formatPasswordHash, type PasswordCost } from "../../../src/domain/passwords/scrypt-hash.ts";
import { User } from "../../../src/domain/users/user.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { planOf } from "../../support/plan-of.ts";
import { onPostgreSql } from "../../support/postgresql.ts";

const COSTS: readonly PasswordCost[] = [
  { ln: 4, r: 8, p: 1 },
  { ln: 4, r: 8, p: 16 },
  { ln: 14, r: 8, p: 1 },
  { ln: 15, r: 8, p: 3 },
];
const bcrypt = (cost: string) => `$flask-security$signed$2b$${cost}$${randomBytes(53).toString("hex").slice(0, 53)}`;
const argon2 = (parameters: string) =>
  `$flask-security$plain$argon2id$v=19$${parameters}$${"s".repeat(22)}$${randomBytes(32).toString("hex").slice(0, 43)}`;
const scrypt = (cost: PasswordCost) => formatPasswordHash({ cost, salt: randomBytes(16), hash: randomBytes(32) });

/** Two hashes of each kind. */
function everyKind(): string[] {
  const once = () => [
    ...COSTS.map(scrypt),
    bcrypt("05"),
    bcrypt("12"),
    argon2("m=65536,t=3,p=4"),
    argon2("m=65536,t=3,p=1"),
  ];
  return [...once(), ...once()];
}

async function usersWith(t: ExecutionContext, hashes: readonly (string | null)[]) {
  const { orm } = await memoryDatabase(t);
  const add = async (more: readonly (string | null)[]) => {
    const em = orm.em.fork();
    for (const passwordHash of more) {
      em.create(User, { email: `${randomBytes(8).toString("hex")}@example.org`, passwordHash, createdAt: new Date() });
    }
    await em.flush();
  };
  await add(hashes);
  return { add, fork: () => orm.em.fork() };
}

const kinds = (hashes: readonly string[]) => hashes.map(kindOfHash).toSorted();

test("the kind of a hash is its scheme with its parameters, and nothing of the salt", (t) => {
  t.is(kindOfHash(scrypt({ ln: 15, r: 8, p: 3 })), "$scrypt$ln=15,r=8,p=3$");
  t.is(kindOfHash(bcrypt("12")), "$flask-security$signed$2b$12$");
  t.is(kindOfHash(argon2("m=65536,t=3,p=4")), "$flask-security$plain$argon2id$v=19$m=65536,t=3,p=4$");
  for (const text of ["", "$scrypt$", "$scrypt$ln=60,r=8,p=1$AAAA$AAAA", "plain"]) t.is(kindOfHash(text), null, text);
});

test("one hash of each kind is found, however many users there are", async (t) => {
  const hashes = everyKind();
  const { fork } = await usersWith(t, [...hashes, null, "no hash", "$scrypt$no hash either"]);
  const samples = await sampleHashes(fork());
  t.is(samples.length, hashes.length / 2);
  t.deepEqual(kinds(samples), kinds(hashes.slice(0, hashes.length / 2)));
  t.deepEqual(await sampleHashes((await usersWith(t, [null])).fork()), []);
});

test("the samples are found by the index", async (t) => {
  const { fork } = await usersWith(t, []);
  const sql = `select password_hash from "user" where password_hash > '' order by password_hash limit 1`;
  const index = onPostgreSql
    ? /Index Only Scan using user_password_hash_index/
    : /SEARCH user USING COVERING INDEX user_password_hash_index/;
  t.regex(await planOf(fork(), sql), index);
});

test("every wrong password is compared with one hash of each kind, the user's own first", (t) => {
  const hashes = everyKind();
  const samples = hashes.slice(0, hashes.length / 2);
  const expected = kinds(samples);
  for (const own of [...hashes, null, "no hash"]) {
    const verified = hashesToVerify(own, samples);
    t.deepEqual(kinds(verified), expected, String(own));
    t.is(verified[0], own !== null && kindOfHash(own) !== null ? own : samples[0]);
  }
});

test("a hash of a new kind is noticed with the first look at it, and others within a minute", async (t) => {
  const [first, second] = COSTS.map(scrypt);
  const { fork, add } = await usersWith(t, [first ?? ""]);
  let searches = 0;
  const samples = createHashSamples(() => {
    searches += 1;
    return fork();
  });
  t.is((await samples.find(null)).length, 1);
  await add([second ?? ""]);
  t.is((await samples.find(first ?? "")).length, 1);
  t.is((await samples.find("no hash")).length, 1);
  t.is(searches, 1);
  t.is((await samples.find(second ?? "")).length, 2);
  t.is((await samples.find(null)).length, 2);
  t.is(searches, 2);
});
