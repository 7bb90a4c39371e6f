import test from "ava";
import { startServerOnDisk } from "../../support/database-file.ts";
import { read } from "../../support/liking.ts";
import {
  logIn,
  PASSWORD,
  type Person,
  post,
  signIn,
  signUp,
  startServer,
  type TestServer,
} from "../../support/server.ts";

const NEXT = "vK8#qz2w!pL5";

function change(server: TestServer, headers: Record<string, string>, body: object = {}): Promise<Response> {
  return post(server, "/change", { password: PASSWORD, new_password: NEXT, ...body }, headers);
}

async function works(server: TestServer, headers: Record<string, string>): Promise<boolean> {
  return (await server.request("/api/me", { headers })).status === 200;
}

async function opens(server: TestServer, { email }: Pick<Person, "email">, password: string): Promise<boolean> {
  return (await post(server, "/login", { email, password })).status === 200;
}

for (const by of ["token", "session"] as const) {
  test(`changePassword: 200 by ${by}: the caller stays, every other token and session is dead, the old password too`, async (t) => {
    const server = await startServer(t);
    const ada = await signUp(server, "ada@example.com");
    const bob = await signUp(server, "bob@example.com");
    const visit = await signIn(server, ada.email);
    const caller = by === "token" ? ada.headers : { Cookie: visit.cookie, "X-CSRF-Token": visit.csrfToken };
    const others = [
      by === "token" ? { Cookie: visit.cookie } : ada.headers,
      (await logIn(server, ada.email)).headers,
      { Cookie: (await signIn(server, ada.email)).cookie },
    ];
    const response = await change(server, caller);
    t.is(response.status, 200);
    t.is(response.headers.get("Cache-Control"), "no-store");
    t.deepEqual((await read(response)).response.user, { id: ada.id, email: ada.email });
    t.true(await works(server, caller));
    for (const headers of others) t.false(await works(server, headers), JSON.stringify(headers));
    t.true(await works(server, bob.headers));
    t.false(await opens(server, ada, PASSWORD));
    t.true(await opens(server, ada, NEXT));
    t.true(await opens(server, bob, PASSWORD));
    t.is((await change(server, caller, { password: NEXT, new_password: `${NEXT}!` })).status, 200, "and once more");
    t.true(await works(server, caller));
    const revoked = await server.request("/api/tokens", { method: "DELETE", headers: caller });
    t.is(revoked.status, 204);
    t.false(await works(server, caller), "what went on over two changes ends with the rest");
  });
}

test("changePassword: 400 on the field for a wrong current password, and nothing changes", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const other = await logIn(server, ada.email);
  for (const password of [`${PASSWORD} `, PASSWORD.toUpperCase(), NEXT, "x", "\ud800", "x".repeat(1024)]) {
    for (const new_password of [NEXT, "short"]) {
      const response = await change(server, ada.headers, { password, new_password });
      t.is(response.status, 400, password);
      const message = "The password is wrong.";
      const type = "urn:kudos:problem:wrong-password";
      t.deepEqual((await read(response)).response, { type, errors: [message], field_errors: { password: [message] } });
    }
  }
  t.true(await works(server, other.headers));
  t.true(await opens(server, ada, PASSWORD));
});

/** New passwords that are refused, and the reason. */
const REFUSED: readonly (readonly [string, RegExp])[] = [
  ["short", /at least 8 characters/],
  ["x".repeat(257), /at most 256 characters/],
  ["\ud800 lone surrogate", /not text/],
  ["ada@example.com", /must not be the e-mail address/],
  ["ada12", /at least 8 characters.*name in the e-mail address/],
  ["letmein1", /too easy to guess/],
  [PASSWORD, /must not be the current one/],
  [PASSWORD.replace("c", "\uff43"), /must not be the current one/],
];

test("changePassword: 400 with every reason that the policy has, and nothing changes", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const other = await logIn(server, ada.email);
  for (const [new_password, reason] of REFUSED) {
    const response = await change(server, ada.headers, { new_password });
    t.is(response.status, 400, new_password);
    const { errors, field_errors } = (await read(response)).response;
    t.deepEqual(field_errors, { new_password: errors }, "named for the field that is to be changed");
    t.regex(errors.join(" "), reason);
    t.false(JSON.stringify(errors).includes(new_password));
  }
  const differ = await change(server, ada.headers, { new_password_confirm: `${NEXT}!` });
  t.is(differ.status, 400);
  t.deepEqual(Object.keys((await read(differ)).response.field_errors), ["new_password_confirm"]);
  t.true(await works(server, other.headers));
  t.false(await opens(server, ada, NEXT));
  t.is((await change(server, ada.headers, { new_password_confirm: NEXT })).status, 200);
  t.true(await opens(server, ada, NEXT));
});

test("changePassword: 200 for exactly one of two at once, and the password is that one's", async (t) => {
  const server = await startServer(t);
  for (let round = 0; round < 4; round += 1) {
    const ada = await signUp(server, `ada${round}@example.com`);
    const callers = [ada, await logIn(server, ada.email), await logIn(server, ada.email)];
    const wishes = callers.map((_, index) => `${NEXT} ${index}`);
    const answers = await Promise.all(
      callers.map(({ headers }, index) => change(server, headers, { new_password: wishes[index] })),
    );
    const statuses = answers.map(({ status }) => status);
    const winner = statuses.indexOf(200);
    t.is(statuses.filter((status) => status === 200).length, 1, statuses.join());
    t.true(statuses.every((status) => [200, 400, 401].includes(status)));
    const opened = await Promise.all(wishes.map((password) => opens(server, ada, password)));
    t.deepEqual(
      opened,
      wishes.map((_, index) => index === winner),
    );
    const living = await Promise.all(callers.map(({ headers }) => works(server, headers)));
    t.deepEqual(
      living,
      wishes.map((_, index) => index === winner),
    );
  }
});

test("changePassword: 200 leaves nothing alive of the sign-ins that were under way with the old password", async (t) => {
  const server = await startServer(t, { environment: { PASSWORD_COST: "ln=12,r=8,p=1" } });
  const ada = await signUp(server);
  const given: Record<string, string>[] = [];
  const keepSigningIn = async (): Promise<void> => {
    for (;;) {
      const response = await post(server, "/login?include_auth_token", { email: ada.email, password: PASSWORD });
      if (response.status !== 200) return;
      given.push({ "Authentication-Token": (await read(response)).response.user.authentication_token });
    }
  };
  const workers = Array.from({ length: 8 }, keepSigningIn);
  while (given.length < 8) await new Promise((resolve) => setImmediate(resolve));
  t.is((await change(server, ada.headers)).status, 200);
  await Promise.all(workers);
  for (const headers of given) t.false(await works(server, headers));
  t.true(await works(server, ada.headers));
});

test("changePassword: 401 without a credential, 303 for a page", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const ada = await signUp(server);
  const { cookie } = await signIn(server, ada.email);
  const hash = await sql("select password_hash from user");
  t.is((await change(server, {})).status, 401);
  t.is((await change(server, { Cookie: cookie })).status, 403, "a cookie alone is no proof");
  t.deepEqual(await sql("select password_hash from user"), hash);
  const form = (fields: Record<string, string>) =>
    server.request("/change", {
      method: "POST",
      headers: { Cookie: cookie, Accept: "text/html", Origin: server.url, "Sec-Fetch-Site": "same-origin" },
      body: new URLSearchParams({ password: PASSWORD, new_password: NEXT, ...fields }),
    });
  const refused = await form({ new_password: "short" });
  t.is(refused.status, 400);
  t.regex(refused.headers.get("Content-Type") ?? "", /^text\/html/);
  const page = await form({ next: "//evil.example" });
  t.deepEqual([page.status, page.headers.get("Location")], [303, "/"]);
  t.true(await works(server, { Cookie: cookie }));
});
