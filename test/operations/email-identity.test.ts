import test from "ava";
import fc from "fast-check";
import { startServerOnDisk } from "../support/database-file.ts";
import { PASSWORD, post, type TestServer } from "../support/server.ts";

function register(server: TestServer, email: string, password = PASSWORD): Promise<Response> {
  return post(server, "/register", { email, password });
}

/** Spellings that a person or a program could take for `ada.k@example.com`. */
const SPELLINGS: readonly string[] = [
  "ada.k@example.com",
  "ADA.K@EXAMPLE.COM",
  "Ada.K@Example.Com",
  "aDA.k@eXAMPLE.cOM",
  "\uff41da.k@example.com",
  "\uff21\uff24\uff21.k@example.com",
  "ada.k\uff20example.com",
  "ada.k@example\uff0ecom",
  "ada\uff0ek@example.com",
  "ada.\u212a@example.com",
  "\u{1d41a}da.k@example.com",
  "\u24d0da.k@example.com",
  "\u00aada.k@example.com",
  "ada.k@\u212fxample.com",
  "ada.k@example.com ",
  " ada.k@example.com",
  "ada.k@example.com\u200b",
  "ad\u00ada.k@example.com",
  "ada.k@example.com\u0000",
  "ada.k@example.com.",
];

test("register: 20 spellings of one address at once make one account, whoever comes first", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  t.is(SPELLINGS.length, 20);
  for (const order of [SPELLINGS, SPELLINGS.toReversed()]) {
    const answers = await Promise.all(order.map((email) => register(server, email)));
    t.is(answers.filter(({ status }) => status === 200).length, 1);
    t.is(answers.filter(({ status }) => status === 400).length, 19);
    t.deepEqual(await sql("select email from user"), [{ email: "ada.k@example.com" }]);
    await sql("delete from user");
  }
});

test("login: 200 or 400 for each spelling, and never as somebody else", async (t) => {
  const { server } = await startServerOnDisk(t);
  await register(server, SPELLINGS[0] ?? "");
  for (const email of SPELLINGS) {
    const response = await post(server, "/login", { email, password: PASSWORD });
    const expected = email.toLowerCase() === SPELLINGS[0] && /^[ -~]*$/.test(email) ? 200 : 400;
    t.is(response.status, expected, JSON.stringify(email));
    const { response: content } = JSON.parse(await response.text());
    if (expected === 200) t.is(content.user.email, SPELLINGS[0]);
  }
});

test("register: 200 at most once for all texts that become one address", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const letter = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(..."aksAKS1+-'") },
    { weight: 1, arbitrary: fc.constantFrom(..."\uff21\u212a\u017f\u0130\u0131\ufb01ß") },
  );
  const local = fc.string({ unit: letter, minLength: 1, maxLength: 3 });
  const domain = fc.constantFrom("ex", "EX", "e.x", "e\uff0ex", "\uff45x");
  const identity = (email: string) => email.normalize("NFKC").toLowerCase().normalize("NFKC").trim();
  const registered = new Set<string>();
  await t.notThrowsAsync(() =>
    fc.assert(
      fc.asyncProperty(local, domain, async (name, host) => {
        const email = `${name}@${host}.test`;
        for (const spelling of [email, email.toUpperCase(), email.toLowerCase()]) {
          const { status } = await register(server, spelling);
          const id = identity(spelling);
          if (status === 200 && registered.has(id)) return false;
          if (status === 200) registered.add(id);
          if (![200, 400].includes(status)) return false;
        }
        return true;
      }),
      { numRuns: 60 },
    ),
  );
  const stored = (await sql("select email from user")).map(({ email }) => String(email));
  t.true(stored.length > 10);
  t.deepEqual(stored.toSorted(), [...registered].toSorted());
  t.is(new Set(stored.map(identity)).size, stored.length);
});
