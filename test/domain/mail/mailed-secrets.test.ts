import type { EntityManager } from "@mikro-orm/core";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { type MintedFor, mintMailedSecret } from "../../../src/domain/mail/mint-mailed-secret.ts";
import {
  findMailedSecret,
  type Presented,
  proveMailedSecret,
  spendMailedSecret,
} from "../../../src/domain/mail/prove-mailed-secret.ts";
import { PURPOSES } from "../../../src/domain/mail/purposes.ts";
import { type Parameter, runStatement } from "../../../src/domain/query.ts";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { write } from "../../../src/domain/unit-of-work.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { onPostgreSql } from "../../support/postgresql.ts";
import { sampleUser } from "../../support/sample-user.ts";

const ACCOUNT = "ada@example.org";
const MINUTE = 60_000;

/** A user on a database in memory, and the calls with their keys and a clock. */
async function open(t: ExecutionContext) {
  const { orm } = await memoryDatabase(t);
  const em: EntityManager = orm.em.fork();
  const user = await sampleUser(em, ACCOUNT);
  const clock = { now: new Date("2026-11-29T10:00:00Z"), keys: parseSecretKeys(generateSecretKey()) };
  const mint = (minted: Partial<MintedFor> = {}) =>
    write(em, (tx) =>
      mintMailedSecret(
        tx,
        clock.keys,
        { purpose: "sign-in", account: ACCOUNT, browser: "browser", ...minted },
        clock.now,
      ),
    );
  const prove = (presented: Partial<Presented>) =>
    proveMailedSecret(em, clock.keys, { purpose: "sign-in", browser: null, ...presented }, clock.now);
  const find = (link: string, browser: string | null = null, purpose: Presented["purpose"] = "sign-in") =>
    findMailedSecret(em, clock.keys, { purpose, link, browser }, clock.now);
  const spend = (secret: NonNullable<Awaited<ReturnType<typeof prove>>>) =>
    write(em, (tx) => spendMailedSecret(tx, clock.keys, secret, clock.now));
  const sql = (statement: string, ...parameters: Parameter[]) =>
    runStatement<Record<string, unknown>>(em, statement, parameters);
  return { user, clock, mint, prove, find, spend, sql };
}

const other = (code: string) => (code === "11111111" ? "22222222" : "11111111");

test("a link is 32 characters of a URL, a code eight digits with no zero in front", async (t) => {
  const { mint } = await open(t);
  for (let index = 0; index < 20; index += 1) {
    const { link, code } = await mint();
    t.regex(link, /^[\w-]{32}$/);
    t.regex(code, /^[1-9]\d{7}$/);
  }
});

test("the link alone is enough in the browser that asked, and nowhere else", async (t) => {
  const { mint, prove, user } = await open(t);
  const { link, code } = await mint();
  t.is(await prove({ link }), null);
  t.is(await prove({ link, browser: "another" }), null);
  t.is(await prove({ link, code: other(code) }), null);
  t.is((await prove({ link, browser: "browser" }))?.userId, user.id);
  t.is((await prove({ link, code }))?.userId, user.id);
});

test("the code alone is enough in the browser that asked, and with the address that was asked for", async (t) => {
  const { mint, prove, user } = await open(t);
  const { code } = await mint();
  t.is(await prove({ code }), null);
  t.is(await prove({ code, account: "bob@example.org" }), null);
  t.is(await prove({ code, browser: "another" }), null);
  t.is((await prove({ code, browser: "browser" }))?.userId, user.id);
  t.is((await prove({ code: ` ${code.slice(0, 4)}-${code.slice(4)} `, account: ACCOUNT }))?.userId, user.id);
});

test("a client without a browser gets a link that always needs the code", async (t) => {
  const { mint, prove } = await open(t);
  const { link, code } = await mint({ browser: null });
  t.is(await prove({ link, browser: null }), null);
  t.truthy(await prove({ link, code }));
});

test("looking changes nothing, however often", async (t) => {
  const { mint, find, prove } = await open(t);
  const { link, code } = await mint();
  for (let index = 0; index < 20; index += 1) t.like(await find(link), { asked: false });
  t.like(await find(link, "browser"), { asked: true });
  t.truthy(await prove({ link, code }));
});

test("a secret of one purpose is good for no other", async (t) => {
  const { mint, prove, find } = await open(t);
  const { link, code } = await mint({ purpose: "reset" });
  for (const purpose of Object.keys(PURPOSES) as Presented["purpose"][]) {
    const isOwn = purpose === "reset";
    t.is((await find(link, null, purpose)) !== null, isOwn, purpose);
    t.is((await prove({ purpose, link, code })) !== null, isOwn, purpose);
    t.is((await prove({ purpose, code, browser: "browser" })) !== null, isOwn, purpose);
  }
});

test("of twenty at once one spends it, and it is found no more", async (t) => {
  const { mint, prove, find, spend } = await open(t);
  const { link, code } = await mint();
  const spent = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const secret = await prove({ code, account: ACCOUNT });
      return secret !== null && (await spend(secret));
    }),
  );
  t.is(spent.filter(Boolean).length, 1);
  t.is(await find(link), null);
  t.is(await prove({ code, account: ACCOUNT }), null);
});

test("spending one ends the others of its purpose, and leaves those of another purpose and user", async (t) => {
  const { mint, prove, spend, sql, clock } = await open(t);
  const [first, second] = [await mint(), await mint()];
  const reset = await mint({ purpose: "reset" });
  await sql(`insert into "user" (email, created_at) values ('bob@example.org', ?)`, clock.now);
  const bobs = await mint({ account: "bob@example.org" });
  const secret = await prove({ link: first.link, browser: "browser" });
  t.true(secret !== null && (await spend(secret)));
  t.is(await prove({ link: second.link, browser: "browser" }), null);
  t.truthy(await prove({ purpose: "reset", link: reset.link, browser: "browser" }));
  t.truthy(await prove({ link: bobs.link, browser: "browser" }));
});

test("five wrong codes end it for whoever gave them; those of strangers do not end it for its owner", async (t) => {
  const { mint, prove } = await open(t);
  const { link, code } = await mint();
  for (let index = 0; index < 5; index += 1) t.is(await prove({ code: other(code), account: ACCOUNT }), null);
  t.is(await prove({ code, account: ACCOUNT }), null, "a stranger's tries are used up");
  t.truthy(await prove({ code, browser: "browser", account: ACCOUNT }));
  for (let index = 0; index < 5; index += 1) t.is(await prove({ code: other(code), browser: "browser" }), null);
  t.is(await prove({ code, browser: "browser" }), null);
  t.is(await prove({ link, browser: "browser" }), null, "the link ends with it");
});

test("of a hundred wrong codes at once five are compared", async (t) => {
  const { mint, prove, sql } = await open(t);
  const { code } = await mint();
  await Promise.all(Array.from({ length: 100 }, () => prove({ code: other(code), account: ACCOUNT })));
  t.deepEqual(await sql("select tries, foreign_tries from mailed_secret"), [{ tries: 0, foreign_tries: 5 }]);
});

test("it ends when its time is over, to the millisecond", async (t) => {
  const { mint, prove, clock } = await open(t);
  const { link, code } = await mint();
  clock.now = new Date(clock.now.getTime() + 10 * MINUTE - 1);
  t.truthy(await prove({ link, code }));
  clock.now = new Date(clock.now.getTime() + 1);
  t.is(await prove({ link, code }), null);
});

test("each binding ends with the changes that it names, also between the proof and the spending", async (t) => {
  for (const [change, ends] of [
    ["email = 'eve@example.org'", { account: true, address: true, user: false }],
    ["password_hash = 'other'", { account: true, address: false, user: false }],
    ["generation = generation + 1", { account: true, address: false, user: false }],
    ["active = false", { account: true, address: true, user: true }],
    ["confirmed_at = created_at", { account: false, address: false, user: false }],
  ] as const) {
    const { mint, prove, spend, sql } = await open(t);
    const secrets = await Promise.all(
      (["reset", "confirm", "undo-email"] as const).map(async (purpose) => {
        const { link } = await mint({ purpose });
        return { purpose, link, proved: await prove({ purpose, link, browser: "browser" }) };
      }),
    );
    await sql(`update "user" set ${change}`);
    for (const { purpose, link, proved } of secrets) {
      const ended = ends[PURPOSES[purpose].bound];
      t.is((await prove({ purpose, link, browser: "browser" })) === null, ended, `${change}: ${purpose}`);
      t.is(proved !== null && (await spend(proved)), !ended, `${change}: ${purpose}, proved before`);
    }
  }
});

test("a row that was changed in the database is no secret: another user, a longer life, other data, another code", async (t) => {
  for (const change of [
    "user_id = 2",
    `expires_at = expires_at + ${onPostgreSql ? "interval '1 ms'" : "1"}`,
    "data = null",
    "browser_digest = account_digest",
    "purpose = 'reset'",
    "code_digest = (select code_digest from mailed_secret order by id desc limit 1)",
  ]) {
    const { mint, prove, sql, clock } = await open(t);
    await sql(`insert into "user" (email, created_at) values ('bob@example.org', ?)`, clock.now);
    const { link, code } = await mint({ data: "new@example.org" });
    const { code: second } = await mint();
    await sql(`update mailed_secret set ${change} where id = 1`);
    for (const given of [code, second]) t.is(await prove({ link, code: given }), null, change);
    t.is(await prove({ link, browser: "browser" }), null, change);
  }
});

test("an address without account gets a row like any other, which is never right", async (t) => {
  const { mint, prove, find, sql } = await open(t);
  const { link, code, userId } = await mint({ account: "nobody@example.org" });
  t.is(userId, null);
  t.is(await find(link, "browser"), null);
  t.is(await prove({ code, account: "nobody@example.org" }), null);
  t.is(await prove({ link, code, browser: "browser" }), null);
  t.is((await sql("select 1 from mailed_secret where user_id is null")).length, 1);
});

test("it goes on under a key that has become an older one, and ends with its key", async (t) => {
  const { mint, prove, clock } = await open(t);
  const { link, code } = await mint({ data: "new@example.org" });
  const [old] = clock.keys;
  const [fresh] = parseSecretKeys(generateSecretKey());
  clock.keys = [fresh, old];
  t.like(await prove({ code, browser: "browser" }), { data: "new@example.org" });
  t.like(await prove({ link, browser: "browser" }), { data: "new@example.org" });
  clock.keys = [fresh];
  t.is(await prove({ link, code, browser: "browser" }), null);
});

test("of many secrets for an address the newest twenty are kept", async (t) => {
  const { mint, prove, sql } = await open(t);
  const first = await mint();
  for (let index = 0; index < 20; index += 1) await mint();
  t.is((await sql("select 1 from mailed_secret")).length, 20);
  t.is(await prove({ link: first.link, browser: "browser" }), null);
});

test("no text but the link, the code and the browser's secret proves anything", async (t) => {
  const { mint, prove } = await open(t);
  const minted = await mint();
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), fc.string(), async (link, code, browser) => {
      fc.pre(code.replace(/[\s-]/g, "") !== minted.code);
      t.is(await prove({ link, code, browser }), null);
      t.is(await prove({ code, browser, account: browser }), null);
    }),
    { numRuns: 50 },
  );
  t.truthy(await prove({ link: minted.link, browser: "browser" }));
});
