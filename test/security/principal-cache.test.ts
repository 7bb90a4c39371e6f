import test from "ava";
import type { ChangedUsers } from "../../src/domain/audit-trail/audit-trail.ts";
import { generateSecretKey, parseSecretKeys } from "../../src/domain/secrets/secret-keys.ts";
import type { LookUp } from "../../src/security/find-principal.ts";
import { principalCache } from "../../src/security/principal-cache.ts";
import { createChanges } from "../../src/storage/changes.ts";

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

/** A cache over look-ups that find a principal, valid for a minute, for every text but "invalid". */
function sampleCache() {
  const lookedUp: string[] = [];
  const state = { now: START, keys: parseSecretKeys(generateSecretKey()), during: async () => {} };
  const lookUp: LookUp = async (kind, text) => {
    lookedUp.push(`${kind} ${text}`);
    const validUntil = state.now + MINUTE;
    await state.during();
    if (text === "invalid") return null;
    const credential = { kind, id: text };
    const [authenticatedAt, factor] = [new Date(state.now), { factorAt: null, hasFactor: false }];
    return {
      principal: {
        userId: text === "of another" ? 2 : 1,
        email: "",
        credential,
        scopes: new Set<string>(),
        authenticatedAt,
        ...factor,
      },
      validUntil,
    };
  };
  const changes = createChanges();
  let news: ChangedUsers = [];
  changes.watch({
    news: () => {
      const heard = news;
      news = [];
      return heard;
    },
  });
  const changeElsewhere = (users: ChangedUsers = null) => {
    news = users;
  };
  const find = principalCache(lookUp, { ...changes, keys: () => state.keys, now: () => new Date(state.now) });
  return { find, lookedUp, state, changeHere: (users: ChangedUsers = null) => changes.raise(users), changeElsewhere };
}

test("a credential is looked up once, and its principal is the same afterwards", async (t) => {
  const { find, lookedUp } = sampleCache();
  const first = await find("token", "one");
  t.is(await find("token", "one"), first);
  t.deepEqual(first?.credential, { kind: "token", id: "one" });
  t.is((await find("session", "one"))?.credential.kind, "session");
  t.deepEqual(lookedUp, ["token one", "session one"]);
});

test("a credential that is not valid is looked up each time", async (t) => {
  const { find, lookedUp } = sampleCache();
  t.is(await find("token", "invalid"), null);
  t.is(await find("token", "invalid"), null);
  t.is(lookedUp.length, 2);
});

test("a principal is kept until the moment its credential expires", async (t) => {
  const { find, lookedUp, state } = sampleCache();
  await find("token", "one");
  state.now += MINUTE - 1;
  await find("token", "one");
  t.is(lookedUp.length, 1);
  state.now += 1;
  await find("token", "one");
  t.is(lookedUp.length, 2);
});

test("a principal is kept until something changes, here or elsewhere, or the keys do", async (t) => {
  const { find, lookedUp, state, changeHere, changeElsewhere } = sampleCache();
  const addKey = () => {
    state.keys = [...state.keys, ...parseSecretKeys(generateSecretKey())];
  };
  const ofOne = () => changeHere([1]);
  const ofOneElsewhere = () => changeElsewhere([7, 1]);
  for (const change of [changeHere, changeElsewhere, ofOne, ofOneElsewhere, addKey]) {
    await find("token", "one");
    lookedUp.length = 0;
    await find("token", "one");
    t.is(lookedUp.length, 0);
    change();
    await find("token", "one");
    t.is(lookedUp.length, 1);
  }
});

test("a change of one user leaves the principals of others in memory", async (t) => {
  const { find, lookedUp, changeHere, changeElsewhere } = sampleCache();
  for (const change of [changeHere, changeElsewhere]) {
    await find("token", "one");
    await find("token", "of another");
    lookedUp.length = 0;
    change([2]);
    await find("token", "one");
    await find("token", "of another");
    t.deepEqual(lookedUp, ["token of another"]);
  }
  lookedUp.length = 0;
  for (const change of [changeHere, changeElsewhere]) change([]);
  await find("token", "of another");
  t.deepEqual(lookedUp, []);
});

test("of more users than are remembered, the principals of all count as changed", (t) => {
  const changes = createChanges();
  changes.watch({ news: () => [] });
  changes.raise([1]);
  const before = changes.version();
  for (let user = 2; user <= 10_000; user += 1) changes.raise([user]);
  t.true(changes.lastChangeOf(1) <= before && changes.lastChangeOf(20_000) <= before);
  changes.raise([10_001]);
  t.is(changes.lastChangeOf(1), changes.version());
  t.is(changes.lastChangeOf(20_000), changes.version());
});

test("a request sees what another process has committed before it, also right behind a request that came with it", async (t) => {
  const { find, lookedUp, changeElsewhere } = sampleCache();
  await find("token", "one");
  await find("token", "two");
  lookedUp.length = 0;
  // The kernel has named both connections; what comes on the second one until it is read is read with it.
  const before = find("token", "one");
  changeElsewhere();
  const after = find("token", "two");
  await Promise.all([before, after]);
  t.true(lookedUp.includes("token two"));
});

test("other processes are looked at once for all requests that come together", async (t) => {
  const changes = createChanges();
  let looks = 0;
  changes.watch({
    news: () => {
      looks += 1;
      return [];
    },
  });
  for (const batch of [1, 2]) {
    changes.beginBatch();
    for (let request = 0; request < 50; request += 1) changes.versionOfBatch();
    t.is(looks, batch);
  }
});

for (const where of ["changeHere", "changeElsewhere"] as const) {
  test(`what was looked up while something changed is not kept (${where})`, async (t) => {
    const { find, lookedUp, state, ...changes } = sampleCache();
    const change = changes[where];
    state.during = async () => change();
    await find("token", "one");
    // Another request sees the change before the first look-up ends.
    state.during = async () => {
      state.during = async () => {};
      change();
      await find("token", "two");
    };
    await find("token", "one");
    lookedUp.length = 0;
    await find("token", "one");
    t.deepEqual(lookedUp, ["token one"]);
  });
}

test("nothing is kept while other processes cannot be watched", async (t) => {
  const changes = createChanges();
  t.not(changes.version(), changes.version());
  changes.watch({
    news: () => {
      throw new Error("locked");
    },
  });
  t.not(changes.version(), changes.version());
});

test("of more credentials than there is room for, those that were used last are kept", async (t) => {
  const { find, lookedUp } = sampleCache();
  const texts = Array.from({ length: 20_000 }, (_, index) => String(index));
  for (const text of texts) await find("token", text);
  t.is(lookedUp.length, 20_000);
  for (const text of texts.slice(10_000)) await find("token", text);
  t.is(lookedUp.length, 20_000);
  for (const text of texts.slice(0, 10_000)) await find("token", text);
  t.is(lookedUp.length, 30_000);
});
