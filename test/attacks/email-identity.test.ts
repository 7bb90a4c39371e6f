import test from "ava";
import fc from "fast-check";
import { startServerOnDisk } from "../support/database-file.ts";
import { PASSWORD, post, type TestServer } from "../support/server.ts";

function register(server: TestServer, email: string, password = PASSWORD): Promise<Response> {
  return post(server, "/register", { email, password });
}

const ADA = "ada.k@example.com";

/** Spellings of that address. */
const SPELLINGS: readonly string[] = [
  ADA,
  "ADA.K@EXAMPLE.COM",
  "Ada.K@Example.Com",
  "aDA.k@eXAMPLE.cOM",
  "\uff41da.k@example.com",
  "\uff21\uff24\uff21.k@example.com",
  "ada.k\uff20example.com",
  "ada.k\ufe6bexample.com",
  "ada.k@example\uff0ecom",
  "ada.k@example\u3002com",
  "ada.k@example\uff61com",
  "ada\uff0ek@example.com",
  "ada.\u212a@example.com",
  "\u{1d41a}da.k@example.com",
  "\u24d0da.k@example.com",
  "\u00aada.k@example.com",
  "ada.k@\u212fxample.com",
  "ada.k@example.com ",
  " \u00a0ada.k@example.com\n",
];

/** Texts that look like the address to a person or a program, and are not usable addresses. */
const LOOKALIKES: readonly string[] = [
  "ada.k@example.com\u200b",
  "ad\u00ada.k@example.com",
  "ad\ufe0fa.k@example.com",
  "ad\u034fa.k@example.com",
  "ada.k@example.com\u0000",
  "ada.k@@example.com",
  "ada.k\uff20@example.com",
  "ada .k@example.com",
  "ada.k@example.com.",
  "ada.k@.example.com",
  "ada.k@example..com",
  "ada.k@example%2ecom",
  "ada..k@example.com",
  ".ada.k@example.com",
  "ada.k.@example.com",
  "ada\uff0e\uff0ek@example.com",
];

test("register: 200 for one of many spellings of an address at once, whoever comes first", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const all = [...SPELLINGS, ...LOOKALIKES];
  for (const order of [all, all.toReversed()]) {
    const answers = await Promise.all(order.map((email) => register(server, email)));
    t.is(answers.filter(({ status }) => status === 200).length, 1);
    for (const response of answers.filter(({ status }) => status !== 200)) {
      t.is(response.status, 400);
      t.deepEqual(Object.keys(JSON.parse(await response.text()).response.field_errors), ["email"]);
    }
    t.deepEqual(await sql("select email from user"), [{ email: ADA }]);
    await sql("delete from user");
  }
});

test("login: 200 for each spelling, as the one account", async (t) => {
  const { server } = await startServerOnDisk(t);
  t.is((await register(server, "\uff21DA.K@Example.com")).status, 200);
  for (const email of [...SPELLINGS, ...LOOKALIKES]) {
    const response = await post(server, "/login", { email, password: PASSWORD });
    t.is(response.status, SPELLINGS.includes(email) ? 200 : 400, JSON.stringify(email));
    const { response: content } = JSON.parse(await response.text());
    if (response.status === 200) t.like(content.user, { id: 1, email: ADA });
  }
});

test("register: 200 with an address in any script, which signs in and is told in one spelling", async (t) => {
  const { server } = await startServerOnDisk(t);
  for (const [email, spelling, told] of [
    ["Müller@example.com", "mu\u0308LLER@example.com", "müller@example.com"],
    ["ada@bücher.example", "ADA@BÜCHER.example", "ada@bücher.example"],
    ["ada@xn--mnchen-3ya.example", "Ada@MÜNCHEN.example", "ada@münchen.example"],
    ["σας@example.com", "ΣΑΣ@example.com", "σασ@example.com"],
    ["用户@例子.广告", " 用户＠例子.广告 ", "用户@例子.广告"],
  ] as const) {
    t.is((await register(server, email)).status, 200, email);
    const response = await post(server, "/login?include_auth_token", { email: spelling, password: PASSWORD });
    t.is(response.status, 200, spelling);
    const { user } = JSON.parse(await response.text()).response;
    t.is(user.email, told);
    const me = await server.request("/api/me", { headers: { "Authentication-Token": user.authentication_token } });
    t.is(JSON.parse(await me.text()).email, told);
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
  const identity = (email: string) =>
    email.normalize("NFKC").toLowerCase().replaceAll("ς", "σ").normalize("NFKC").trim();
  const registered = new Set<string>();
  await t.notThrowsAsync(() =>
    fc.assert(
      fc.asyncProperty(local, domain, async (name, host) => {
        const email = `${name}@${host}.test`;
        for (const spelling of [email, email.toUpperCase(), email.toLowerCase()]) {
          const { status } = await register(server, spelling);
          const id = identity(spelling);
          if (![200, 400].includes(status)) throw new Error(`${spelling} is answered ${status}`);
          if (status === 200 && registered.has(id)) throw new Error(`${spelling} is registered twice`);
          if (status === 200) registered.add(id);
        }
      }),
      { numRuns: 60 },
    ),
  );
  const stored = (await sql("select email from user")).map(({ email }) => String(email));
  t.true(stored.length > 10);
  t.deepEqual(stored.toSorted(), [...registered].toSorted());
  t.is(new Set(stored.map(identity)).size, stored.length);
});

test("login: 200 with an address that could not be registered today, for one who has it", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  await register(server, ADA);
  await sql("update user set email = 'ada..k.@example.com'");
  const response = await post(server, "/login", { email: "Ada..K.@example.com", password: PASSWORD });
  t.is(response.status, 200);
});
