import test from "ava";
import { cookiesOf, PASSWORD, signUp, startServer, type TestServer } from "../../support/server.ts";

function register(server: TestServer, body: unknown, query = "", init: RequestInit = {}): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  return server.request(`/register${query}`, { method: "POST", headers, body: JSON.stringify(body), ...init });
}

async function read(response: Response) {
  return JSON.parse(await response.text());
}

test("register: 200 with a token and no cookie, however the flag is written", async (t) => {
  const server = await startServer(t);
  const flags = ["?include_auth_token", "?include_auth_token=", "?include_auth_token=1", "?include_auth_token=true"];
  for (const [index, flag] of [...flags, "?include_auth_token=yes", "?include_auth_token&next=/docs"].entries()) {
    const email = `ada${index}@example.com`;
    const response = await register(server, { email, password: PASSWORD }, flag);
    t.is(response.status, 200, flag);
    t.is(response.headers.get("Set-Cookie"), null, flag);
    t.is(response.headers.get("Cache-Control"), "no-store");
    const { meta, response: content } = await read(response);
    t.deepEqual(meta, { code: 200 });
    t.deepEqual(Object.keys(content).toSorted(), ["csrf_token", "tf_required", "user"]);
    t.true(content.csrf_token.length > 20);
    const { authentication_token: token, ...user } = content.user;
    t.deepEqual(user, { id: index + 1, email });
    t.regex(token, /^kudos_[\w-]{71}$/);
    const greeting = await server.request("/api/test", { headers: { "Authentication-Token": token } });
    t.is(greeting.status, 200);
  }
});

test("register: 200 with a session cookie and no token, without the flag or with one that says no", async (t) => {
  const server = await startServer(t);
  for (const [index, flag] of ["", "?include_auth_token=false", "?include_auth_token=0"].entries()) {
    const email = `ada${index}@example.com`;
    const response = await register(server, { email, password: PASSWORD }, flag);
    t.is(response.status, 200, flag);
    t.is(response.headers.get("Cache-Control"), "no-store");
    const { kudos_session: session, kudos_device: device } = cookiesOf(response);
    t.regex(session?.value ?? "", /^kudoss_[\w-]{71}$/);
    t.is(session?.attributes, "; Path=/; HttpOnly; SameSite=Lax");
    t.is(device?.attributes, "; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000");
    t.deepEqual((await read(response)).response.user, { id: index + 1, email });
    const greeting = await server.request("/api/test_session", {
      headers: { Cookie: `kudos_session=${session?.value}` },
    });
    t.is(greeting.status, 200);
  }
});

test("register: 200 gives back the address as it is stored", async (t) => {
  const server = await startServer(t);
  const response = await register(server, { email: "Ada.Lovelace@Example.COM", password: PASSWORD });
  t.is((await read(response)).response.user.email, "ada.lovelace@example.com");
});

test("register: 200 for a form, with remember and without", async (t) => {
  const server = await startServer(t);
  const form = (fields: Record<string, string>) =>
    server.request("/register", { method: "POST", body: new URLSearchParams({ password: PASSWORD, ...fields }) });
  const brief = await form({ email: "ada@example.com", password_confirm: PASSWORD, csrf_token: "anything" });
  t.is(brief.status, 200);
  t.false(cookiesOf(brief).kudos_session?.attributes.includes("Max-Age"));
  const long = await form({ email: "bob@example.com", remember: "on" });
  t.true(cookiesOf(long).kudos_session?.attributes.endsWith("; Max-Age=1209600"));
});

test("register: 400 for an address that is taken, in any spelling of it", async (t) => {
  const server = await startServer(t);
  await signUp(server, "ada@example.com");
  for (const email of ["ada@example.com", "ADA@example.com", "Ada@EXAMPLE.com"]) {
    const response = await register(server, { email, password: PASSWORD }, "?include_auth_token");
    t.is(response.status, 400, email);
    const { meta, response: content } = await read(response);
    t.deepEqual(meta, { code: 400 });
    t.deepEqual(content.field_errors, { email: content.errors });
    t.regex(content.errors[0], /already exists/);
    t.is(response.headers.get("Set-Cookie"), null);
  }
  // Full-width letters are the same address in NFKC: they must not make a second account that looks like the first.
  for (const email of ["ａda@example.com", "ada@example．com", "ada@exampl\u212f.com", "ada＠example.com"]) {
    const response = await register(server, { email, password: PASSWORD });
    t.is(response.status, 400, email);
    t.deepEqual(Object.keys((await read(response)).response.field_errors), ["email"]);
  }
});

/** Bodies that are refused, and the fields that the answer must name. */
const REFUSED: readonly (readonly [unknown, readonly string[]])[] = [
  [{}, ["email", "password"]],
  [{ email: "ada@example.com" }, ["password"]],
  [{ password: PASSWORD }, ["email"]],
  [{ email: "nonsense", password: "" }, ["email", "password"]],
  [{ email: "", password: PASSWORD }, ["email"]],
  [{ email: "a b@example.com", password: PASSWORD }, ["email"]],
  [{ email: "a@b@example.com", password: PASSWORD }, ["email"]],
  [{ email: "ada@exam,ple.com", password: PASSWORD }, ["email"]],
  [{ email: "ada@example.com\u0000", password: PASSWORD }, ["email"]],
  [{ email: "<script>@example.com", password: PASSWORD }, ["email"]],
  [{ email: "a..b@example.com", password: PASSWORD }, ["email"]],
  [{ email: ".a@example.com", password: PASSWORD }, ["email"]],
  [{ email: "a.@example.com", password: PASSWORD }, ["email"]],
  [{ email: ".@example.com", password: PASSWORD }, ["email"]],
  [{ email: `${"a".repeat(65)}@example.com`, password: PASSWORD }, ["email"]],
  [{ email: `a@${"b.".repeat(130)}com`, password: PASSWORD }, ["email"]],
  [{ email: ["ada@example.com"], password: PASSWORD }, ["email"]],
  [{ email: { $gt: "" }, password: PASSWORD }, ["email"]],
  [{ email: null, password: null }, ["email", "password"]],
  [{ email: true, password: 12_345_678_901 }, ["email", "password"]],
  [{ email: "ada@example.com", password: [PASSWORD] }, ["password"]],
  [{ email: "ada@example.com", password: "x".repeat(1025) }, ["password"]],
  [{ email: "ada@example.com", password: PASSWORD, remember: "on" }, ["remember"]],
  [{ email: "ada@example.com", password: PASSWORD, password_confirm: null }, ["password_confirm"]],
  [{ email: "ada@example.com", password: PASSWORD, password_confirm: `${PASSWORD} ` }, ["password_confirm"]],
  [[], [""]],
  [null, [""]],
  ["ada@example.com", [""]],
  [7, [""]],
];

test("register: 400 names every field that is missing or malformed", async (t) => {
  const server = await startServer(t);
  for (const [body, fields] of REFUSED) {
    const response = await register(server, body);
    const { field_errors: named, errors } = (await read(response)).response;
    t.is(response.status, 400, JSON.stringify(body));
    t.deepEqual(Object.keys(named).toSorted(), fields, JSON.stringify(body));
    const inWords = Object.entries(named).flatMap(([field, texts]) =>
      (texts as string[]).map((text) => (field && /^[a-z]/.test(text) ? `${field} ${text}` : text)),
    );
    t.deepEqual(errors, inWords, "the list says of each message which field it is about");
    t.is(response.headers.get("Set-Cookie"), null);
  }
});

test("register: 400 for a field that a client may not set", async (t) => {
  const server = await startServer(t);
  const names = ["id", "active", "roles", "generation", "password_hash", "passwordHash", "created_at", "createdAt"];
  for (const name of [...names, "authentication_token", "fs_uniquifier", "is_admin", "constructor", "toString"]) {
    const response = await register(server, { email: "ada@example.com", password: PASSWORD, [name]: 1 });
    t.is(response.status, 400, name);
    t.deepEqual(Object.keys((await read(response)).response.field_errors), [name]);
  }
  // JSON as text: in an object literal `__proto__` would set the prototype.
  const body = `{"email":"ada@example.com","password":"${PASSWORD}","__proto__":{"active":false}}`;
  t.is((await register(server, null, "", { body })).status, 400);
  t.is((await signUp(server, "ada@example.com")).id, 1, "nobody was registered on the way");
});

/** Passwords that are refused, and how often a reason is given. */
const WEAK: readonly (readonly [string, RegExp])[] = [
  ["short", /at least 8 characters/],
  ["seven77", /at least 8 characters/],
  ["😀😀😀😀😀😀😀", /at least 8 characters/],
  ["x".repeat(257), /at most 256 characters/],
  ["\ud800 lone surrogate", /not text/],
  ["ada@example.com", /must not be the e-mail address/],
  ["ADA@EXAMPLE.COM", /must not be the e-mail address/],
  ["ａda@example.com", /must not be the e-mail address/],
  ["ada12345", /too easy to guess/],
  ["letmein1", /too easy to guess/],
  ["P@ssw0rd", /too easy to guess/],
  ["ｐａｓｓｗｏｒｄ", /too easy to guess/],
  ["qwertyuiop", /too easy to guess/],
  ["a".repeat(256), /too easy to guess/],
  ["example1", /too easy to guess/],
  ["kudoskudos", /too easy to guess/],
];

test("register: 400 for a password that breaks the policy, with the reason", async (t) => {
  const server = await startServer(t);
  for (const [password, reason] of WEAK) {
    const response = await register(server, { email: "ada@example.com", password });
    t.is(response.status, 400, password);
    const { errors, field_errors: fields } = (await read(response)).response;
    t.deepEqual(fields, { password: errors });
    t.regex(errors.join(" "), reason);
    t.false(JSON.stringify(errors).includes(password), "the password is not told again");
  }
  for (const [index, password] of [
    "vK8#qz2w",
    `${PASSWORD} `.repeat(10).slice(0, 256),
    "😀🌵🎺🦉🍋🚲🧊🪁",
    " 8 blanc 9 rot ",
  ].entries()) {
    t.is((await register(server, { email: `ada${index}@example.com`, password })).status, 200, password);
  }
});

test("register: 400 by the length that is set", async (t) => {
  const server = await startServer(t, { environment: { PASSWORD_MIN_LENGTH: "15" } });
  t.is((await register(server, { email: "ada@example.com", password: "vK8#qz2w!pL5mR" })).status, 400);
  t.is((await register(server, { email: "ada@example.com", password: "vK8#qz2w!pL5mRt" })).status, 200);
});

test("register: 403 while registration is closed, for good and bad input alike", async (t) => {
  const server = await startServer(t, { environment: { REGISTRATION: "closed" } });
  for (const password of [PASSWORD, "short"]) {
    const response = await register(server, { email: "ada@example.com", password }, "?include_auth_token");
    t.is(response.status, 403);
    const type = "urn:kudos:problem:registration-closed";
    t.deepEqual(await read(response), { meta: { code: 403 }, response: { type, errors: ["Registration is closed."] } });
    t.is(response.headers.get("Set-Cookie"), null);
  }
  const page = await server.request("/register", {
    method: "POST",
    headers: { Accept: "text/html" },
    body: new URLSearchParams({ email: "ada@example.com", password: PASSWORD }),
  });
  t.is(page.status, 403);
  t.regex(await page.text(), /takes no new accounts/);
});

test("register: 200 for exactly one of many who take the same address at once", async (t) => {
  const server = await startServer(t);
  const spellings = Array.from({ length: 12 }, (_, index) => (index % 2 ? "ada@example.com" : "ADA@Example.com"));
  const answers = await Promise.all(
    spellings.map((email, index) => register(server, { email, password: `${PASSWORD} ${index}` })),
  );
  t.deepEqual(answers.map(({ status }) => status).toSorted(), [200, ...Array.from({ length: 11 }, () => 400)]);
  // Only the password of the call that made the account is right.
  const winner = answers.findIndex(({ status }) => status === 200);
  const logins = await Promise.all(
    spellings.map((_, index) =>
      server.request("/login", {
        method: "POST",
        body: new URLSearchParams({ email: "ada@example.com", password: `${PASSWORD} ${index}` }),
      }),
    ),
  );
  t.deepEqual(
    logins.map(({ status }) => status),
    logins.map((_, index) => (index === winner ? 200 : 400)),
  );
});
