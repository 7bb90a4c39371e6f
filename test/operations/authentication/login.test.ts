import test from "ava";
import { startServerOnDisk } from "../../support/database-file.ts";
import { cookiesOf, PASSWORD, post, signUp, startServer, type TestServer } from "../../support/server.ts";

function login(server: TestServer, body: unknown, query = "", headers: Record<string, string> = {}): Promise<Response> {
  return server.request(`/login${query}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

const ADA = { email: "ada@example.com", password: PASSWORD };

test("login: 200 with a token and no cookie, however the flag is written", async (t) => {
  const server = await startServer(t);
  const { id } = await signUp(server);
  const tokens = new Set<string>();
  for (const flag of [
    "?include_auth_token",
    "?include_auth_token=",
    "?include_auth_token=1",
    "?include_auth_token=true",
  ]) {
    const response = await login(server, ADA, flag);
    t.is(response.status, 200, flag);
    t.is(response.headers.get("Set-Cookie"), null);
    t.is(response.headers.get("Cache-Control"), "no-store");
    const { meta, response: content } = JSON.parse(await response.text());
    const { authentication_token: token, ...user } = content.user;
    t.deepEqual([meta, user], [{ code: 200 }, { id, email: ADA.email }]);
    t.is((await server.request("/api/test", { headers: { "Authentication-Token": token } })).status, 200);
    tokens.add(token);
  }
  t.is(tokens.size, 4, "each sign-in has a token of its own");
});

test("login: 200 with a session cookie and no token, without the flag or with one that says no", async (t) => {
  const server = await startServer(t);
  const { id } = await signUp(server);
  for (const flag of [
    "",
    "?include_auth_token=false",
    "?include_auth_token=False",
    "?include_auth_token=0",
    "?next=/docs",
  ]) {
    const response = await login(server, ADA, flag);
    t.is(response.status, 200, flag);
    const { kudos_session: session, kudos_device: device, ...others } = cookiesOf(response);
    t.regex(session?.value ?? "", /^kudoss_[\w-]{71}$/);
    t.is(session?.attributes, "; Path=/; HttpOnly; SameSite=Lax");
    t.regex(device?.value ?? "", /^[\w-]{22}\.[\w-]{43}$/);
    t.is(device?.attributes, "; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000");
    t.deepEqual(others, {});
    t.regex(response.headers.get("Set-Cookie") ?? "", /^kudos_session=/, "who looks for one cookie finds the session");
    t.is(response.headers.get("Cache-Control"), "no-store");
    t.deepEqual(JSON.parse(await response.text()).response.user, { id, email: ADA.email });
  }
});

test("login: 200 for JSON and for a form, with every field that a form may have", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  const json = await login(server, { ...ADA, remember: true, csrf_token: "", next: "/docs" });
  t.is(json.status, 200);
  t.true(cookiesOf(json).kudos_session?.attributes.endsWith("; Max-Age=1209600"));
  t.false(cookiesOf(await login(server, { ...ADA, remember: false })).kudos_session?.attributes.includes("Max-Age"));
  const form = await server.request("/login?include_auth_token", {
    method: "POST",
    body: new URLSearchParams({ ...ADA, remember: "on", csrf_token: "x", next: "/docs" }),
  });
  t.is(form.status, 200);
  t.regex(JSON.parse(await form.text()).response.user.authentication_token, /^kudos_/);
  const charset = { "Content-Type": "application/json; charset=utf-8" };
  t.is((await login(server, ADA, "", charset)).status, 200, "as axios and jQuery send it");
});

test("login: 200 for any spelling of the address, and of the password in Unicode", async (t) => {
  const server = await startServer(t);
  await signUp(server, "ada@example.com", "Ångström ﬁve");
  for (const [email, password] of [
    ["ADA@Example.com", "Ångström ﬁve"],
    ["ada@example.com", "A\u030angstro\u0308m five"],
    ["ada@example.com", "\u212bngström five"],
  ] as const) {
    t.is((await login(server, { email, password })).status, 200, `${email} ${password}`);
  }
  t.is((await login(server, { email: "ada@example.com", password: "ångström five" })).status, 400, "case counts");
});

test("login: 400 with one answer for an unknown user, a wrong password, an inactive and a passwordless user", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  for (const name of ["ada", "idle", "bare"]) await signUp(server, `${name}@example.com`);
  await sql(`update "user" set active = 0 where email = ?`, "idle@example.com");
  await sql(`update "user" set password_hash = null where email = ?`, "bare@example.com");
  const attempts = [
    { email: "nobody@example.com", password: PASSWORD },
    { email: "ada@example.com", password: `${PASSWORD} ` },
    { email: "ada@example.com", password: PASSWORD.toUpperCase() },
    { email: "ada@example.com", password: "\ud800" },
    { email: "ada@example.com", password: "x".repeat(1024) },
    { email: "idle@example.com", password: PASSWORD },
    { email: "bare@example.com", password: PASSWORD },
    { email: "bare@example.com", password: "null" },
  ];
  const message = "The e-mail address or the password is wrong. If you are sure of both, ask whoever runs this server.";
  const type = "urn:kudos:problem:invalid-credentials";
  const expected = { meta: { code: 400 }, response: { type, errors: [message], field_errors: { "": [message] } } };
  for (const accept of ["application/json", "text/html"]) {
    const seen = new Set<string>();
    for (const flag of ["", "?include_auth_token"]) {
      for (const attempt of attempts) {
        const response = await login(server, attempt, flag, { Accept: accept });
        t.is(response.status, 400);
        const text = (await response.text()).replaceAll(attempt.email, "…");
        if (accept === "application/json") t.deepEqual(JSON.parse(text), expected);
        const ofThisRequest = new Set(["x-request-id", "date", "content-length"]);
        const headers = [...response.headers].filter(([name]) => !ofThisRequest.has(name));
        seen.add(JSON.stringify([headers, [...response.headers.keys()], text]));
      }
    }
    t.is(seen.size, 1, `${accept}: all answers are the same to the byte`);
  }
});

/** Bodies that are refused, and the fields that the answer must name. */
const REFUSED: readonly (readonly [unknown, readonly string[]])[] = [
  [{}, ["password"]],
  [{ email: ADA.email }, ["password"]],
  [{ password: PASSWORD }, ["email"]],
  [{ email: "ada", password: PASSWORD }, ["email"]],
  [{ username: "ada@example.com", password: PASSWORD }, ["username"]],
  [{ username: "", password: PASSWORD }, ["username"]],
  [{ email: ADA.email, password: "" }, ["password"]],
  [{ email: [ADA.email], password: [PASSWORD] }, ["email", "password"]],
  [{ email: { $ne: null }, password: { $ne: null } }, ["email", "password"]],
  [{ email: ADA.email, password: true }, ["password"]],
  [{ ...ADA, remember: "yes" }, ["remember"]],
  [{ ...ADA, next: 7 }, ["next"]],
  [{ ...ADA, next: "/".repeat(2049) }, ["next"]],
  [{ ...ADA, include_auth_token: true }, ["include_auth_token"]],
  [{ ...ADA, password_confirm: PASSWORD }, ["password_confirm"]],
  [[ADA], [""]],
  [null, [""]],
];

test("login: 400 names every field that is missing, malformed or unknown", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  for (const [body, fields] of REFUSED) {
    const response = await login(server, body);
    t.is(response.status, 400, JSON.stringify(body));
    const { errors, field_errors: named } = JSON.parse(await response.text()).response;
    t.deepEqual(Object.keys(named).toSorted(), fields, JSON.stringify(body));
    const inWords = Object.entries(named).flatMap(([field, texts]) =>
      (texts as string[]).map((text) => (field && /^[a-z]/.test(text) ? `${field} ${text}` : text)),
    );
    t.deepEqual(errors, inWords, "the list says of each message which field it is about");
    t.is(response.headers.get("Set-Cookie"), null);
  }
});

test("login: 400 never repeats the password, whatever is wrong with the request", async (t) => {
  const server = await startServer(t);
  const secret = "hunter2-is-my-secret";
  const bodies = [
    JSON.stringify({ email: "ada@example.com", password: secret }),
    JSON.stringify({ email: secret, password: [secret] }),
    JSON.stringify({ email: "ada@example.com", password: secret.repeat(60) }),
    `{"email": "ada@example.com", "password": "${secret}"`,
    `{"email": "ada@example.com", "password": ${secret}}`,
    `"${secret}"`,
  ];
  for (const Accept of ["application/json", "text/html"]) {
    for (const body of bodies) {
      const headers = { "Content-Type": "application/json", Accept };
      const response = await server.request("/login", { method: "POST", headers, body });
      t.is(response.status, 400, body);
      t.false((await response.text()).replaceAll(`value="${secret}"`, "").includes(secret), body);
    }
  }
  t.false(server.log().includes(secret));
});

test("login: 400 for a flag that is given twice or a parameter that nobody knows", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  for (const query of [
    "?include_auth_token&include_auth_token=0",
    "?next=/&next=/docs",
    "?include_auth_tokens",
    "?a=b",
  ]) {
    t.is((await login(server, ADA, query)).status, 400, query);
  }
});

test("login: 400 for the password with NULs behind it, and register: 400 for a password with a NUL in it", async (t) => {
  const server = await startServer(t);
  const { email } = await signUp(server);
  for (const password of [`${PASSWORD}\0`, `${PASSWORD}\0\0\0`]) {
    t.is((await post(server, "/login", { email, password })).status, 400);
  }
  t.is((await post(server, "/login", { email, password: PASSWORD })).status, 200);
  for (const password of [`${PASSWORD}\0`, `correct\0horse battery`]) {
    const response = await post(server, "/register", { email: "bob@example.com", password });
    t.is(response.status, 400);
    t.regex(await response.text(), /holds characters that are not text/);
  }
});

test("login: 200 by user name, in any case, and one count of attempts for name and address", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: { RATE_LIMITS: "on" } });
  await signUp(server);
  await sql(`update "user" set username = 'adéle'`);
  const byName = await post(server, "/login", { username: " ADE\u0301LE", password: PASSWORD });
  t.is(byName.status, 200);
  t.is(JSON.parse(await byName.text()).response.user.email, ADA.email);
  const statuses = new Set<number>();
  const wrong = { password: "wrong horse" };
  for (let tries = 0; tries < 40 && !statuses.has(429); tries += 1) {
    statuses.add(
      (await post(server, "/login", tries % 2 ? { username: "adéle", ...wrong } : { ...ADA, ...wrong })).status,
    );
  }
  t.deepEqual([...statuses], [400, 429]);
  t.is((await post(server, "/login", { username: "adéle", password: PASSWORD })).status, 429);
  t.is((await post(server, "/login", ADA)).status, 429);
});

test("login: 400, the same to the byte, for a wrong password by user name and for a name of nobody", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  await signUp(server);
  await sql(`update "user" set username = 'ada'`);
  const bodies = new Set<string>();
  for (const username of ["ada", "bob"]) {
    const response = await post(server, "/login", { username, password: "wrong horse" });
    t.is(response.status, 400);
    bodies.add(await response.text());
  }
  t.is(bodies.size, 1);
});
