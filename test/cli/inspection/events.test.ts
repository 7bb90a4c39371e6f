import test from "ava";
import { endSharedProcess } from "../../support/command-process.ts";
import { createUser, openShop } from "../../support/kudos.ts";

test.after.always(endSharedProcess);

interface Events {
  readonly items: { kind: string; email: string | null; user_id: number | null; actor: string; at: string }[];
  readonly more: boolean;
  readonly kept_days: number;
}

test("events: newest first, of all accounts, one, or one that was deleted; by kind and time; with the age that prunes", async (t) => {
  const shop = await openShop(t);
  const ada = await createUser(shop);
  const bob = await createUser(shop, "bob@example.com");
  await shop.json(["users", "reset-access", "ada@example.com"]);
  const events = (...args: string[]) => shop.json<Events>(["events", ...args]);
  const kinds = async (...args: string[]) => (await events(...args)).items.map(({ kind }) => kind);
  const all = await events();
  t.deepEqual(
    all.items.map(({ kind, email, actor }) => [kind, email, actor]),
    [
      ["access_reset", "ada@example.com", "cli"],
      ["registered", "bob@example.com", "cli"],
      ["registered", "ada@example.com", "cli"],
    ],
  );
  t.false(all.more);
  t.is(all.kept_days, 730);
  t.deepEqual(await kinds("--user", "Bob@Example.com"), ["registered"]);
  t.deepEqual(await kinds("--user", String(ada)), ["access_reset", "registered"]);
  t.deepEqual(await kinds("--kind", "access_reset", "--kind", "login"), ["access_reset"]);
  t.like(await events("--limit", "1"), { more: true });
  const { at = "" } = all.items[1] ?? {};
  t.deepEqual(await kinds("--after", at, "--before", new Date(Date.parse(at) + 1).toISOString()), ["registered"]);
  t.deepEqual(await kinds("--before", "2020-01-01"), []);

  await shop.json(["users", "delete", "bob@example.com"]);
  t.deepEqual(await kinds("--user", String(bob)), ["account_deleted", "registered"]);
  const { stdout } = await shop.quickly(["events", "--user", String(bob)], { environment: { EVENT_DAYS: "30" } });
  t.regex(stdout, /^AT +KIND +USER +ACTOR +ADDRESS +CREDENTIAL +DETAIL\n/);
  t.regex(stdout, new RegExp(`account_deleted +id ${bob} +cli `));
  t.regex(stdout, /\nAn event is deleted when it is 30 days old, by EVENT_DAYS\.\n$/);
  t.regex((await shop.quickly(["events", "--before", "2020-01-01"])).stdout, /^There is no such event\.\n/);
});

test("events: a filter that cannot be understood is refused, and what a client sent steers no terminal", async (t) => {
  const shop = await openShop(t);
  for (const [args, reason] of [
    [["--kind", "hunter2"], /--kind must be one of registered, login/],
    [["--after", "yesterday"], /--after must be a date like/],
    [["--before", "2026-02-30"], /--before must be a date like/],
    [["--before", "2026-01-31T12:00"], /--before must be a date like/],
    [["--limit", "0"], /--limit must be a number from 1/],
    [["--limit", "100001"], /--limit must be a number from 1/],
  ] as const) {
    t.regex(await shop.refused(["events", ...args], { code: 2 }), reason);
  }
  t.regex(await shop.refused(["events", "--user", "nobody@example.com"]), /kudos users list/);
  await shop.query(
    "insert into event (at, kind, actor, address) values ('2026-01-01T00:00:00Z', 'login_failed', 'anonymous', '\u001b[2Jx')",
  );
  const { stdout } = await shop.quickly(["events"]);
  t.false(stdout.includes("\u001b"));
  t.regex(stdout, /login_failed +none +anonymous +\ufffd\[2Jx/);
});
