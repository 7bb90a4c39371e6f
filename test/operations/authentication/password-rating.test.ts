import test from "ava";
import fc from "fast-check";
import { startServerOnDisk } from "../../support/database-file.ts";
import { post, signUp, startServer } from "../../support/server.ts";

const ADA = "ada@example.com";

test("ratePassword: 200 with the verdict of registration, whether or not the address has an account", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  await signUp(server, ADA);
  const before = await sql("select count(*) as n from event");
  for (const [password, acceptable, reason] of [
    ["correct horse battery staple", true, undefined],
    ["vK8#qz2w!pL5", true, undefined],
    ["short", false, /at least 8 characters/],
    ["passwordpassword", false, /too easy to guess/],
    ["a\0 b c d e f g h", false, /not text/],
    ["\u{1f600}".repeat(257), false, /at most 256 characters/],
  ] as const) {
    for (const email of [ADA, "nobody@example.com", undefined]) {
      const body = { password, ...(email && { email }) };
      const { data, response } = await server.client.POST("/api/password_strength", { body });
      t.is(data?.acceptable, acceptable, password);
      t.is(response.headers.get("Cache-Control"), "no-store");
      t.deepEqual(response.headers.getSetCookie(), []);
      if (reason) t.regex(data?.reasons[0] ?? "", reason);
      else t.deepEqual(data?.reasons, []);
    }
  }
  t.deepEqual(await sql("select count(*) as n from event"), before);
  t.false(server.log().includes("correct horse"));
});

test("ratePassword: 200 with the reasons that the address gives, also while it is typed", async (t) => {
  const server = await startServer(t);
  const rate = async (email: string, password: string) =>
    (await server.client.POST("/api/password_strength", { body: { email, password } })).data;
  t.regex((await rate("ada.lovelace@example.com", "ada.lovelace@example.com"))?.reasons[0] ?? "", /the e-mail address/);
  for (const email of ["ada.lovelace@example.com", "Ada.Lovelace@", "ada.lovelace"]) {
    t.regex((await rate(email, "ada.lovelace1"))?.reasons[0] ?? "", /the name in the e-mail address/, email);
  }
  for (const email of ["", "@", " ", "a", "@@", "\ud800"]) {
    t.true((await rate(email, "vK8#qz2w!pL5"))?.acceptable, email);
  }
});

test("ratePassword: 200 with a score below 2 exactly where registration refuses the password", async (t) => {
  const server = await startServer(t);
  let next = 0;
  const typed = fc.oneof(
    fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }),
    fc.string({ minLength: 8, maxLength: 40, unit: fc.constantFrom(..."ab1!") }),
    fc.constantFrom("password", "qwertyuiop", "Tr0ub4dor&3", "letmein letmein", "user", "example.com"),
  );
  await t.notThrowsAsync(
    fc.assert(
      fc.asyncProperty(typed, async (password) => {
        next += 1;
        const body = { email: `user${next}@example.com`, password };
        const { data } = await server.client.POST("/api/password_strength", { body });
        const { response } = await server.client.POST("/register", { body });
        return (
          data !== undefined &&
          data.acceptable === (response.status === 200) &&
          data.acceptable === data.score >= 2 &&
          data.acceptable === (data.reasons.length === 0)
        );
      }),
      { numRuns: 80 },
    ),
  );
});

test("ratePassword: 400 without a password, for an empty one and for a member that it does not know", async (t) => {
  const server = await startServer(t);
  for (const body of [
    {},
    { password: "" },
    { password: 1 },
    { password: "x", user: 1 },
    { password: "x".repeat(1_025) },
  ]) {
    t.is((await post(server, "/api/password_strength", body)).status, 400, JSON.stringify(body));
  }
});

test("ratePassword: 429 after 300 in five minutes from an address, and signing in goes on", async (t) => {
  const server = await startServer(t, { environment: { RATE_LIMITS: "on" } });
  await signUp(server, ADA);
  // 31 at a time: 310 connections that open at once wait so long beside other tests that fetch gives some of them up.
  const answers: Response[] = [];
  while (answers.length < 310) {
    const some = Array.from({ length: 31 }, () => post(server, "/api/password_strength", { password: "x" }));
    answers.push(...(await Promise.all(some)));
  }
  const refused = answers.filter(({ status }) => status === 429);
  t.is(refused.length, 10);
  t.is(refused[0]?.headers.get("RateLimit-Policy"), '"rating";q=300;w=300');
  t.is((await post(server, "/login", { email: ADA, password: "correct horse battery staple" })).status, 200);
});

test.serial("ratePassword: 503 while the line in front of the hashes is full", async (t) => {
  // A cost of its own gives the server threads of its own, so that no other test waits.
  const server = await startServer(t, { environment: { PASSWORD_COST: "ln=16,r=8,p=1" } });
  const leave = new AbortController();
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, signal: leave.signal };
  const body = JSON.stringify({ email: ADA, password: "not the password" });
  const strangers = Array.from({ length: 80 }, () =>
    server.request("/login", { ...init, body }).catch(() => undefined),
  );
  let status = 200;
  for (let tries = 0; status === 200 && tries < 50; tries += 1) {
    const response = await post(server, "/api/password_strength", { password: "vK8#qz2w!pL5" });
    status = response.status;
    if (status === 503) t.true(Number(response.headers.get("Retry-After")) >= 1);
  }
  t.is(status, 503);
  leave.abort();
  await Promise.all(strangers);
});
