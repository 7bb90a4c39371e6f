import test from "ava";
import { startServerOnDisk } from "../../support/database-file.ts";
import { read } from "../../support/liking.ts";
import {
  logIn,
  PASSWORD,
  post,
  signIn,
  signUp,
  startServer,
  type TestServer,
  type Visit,
} from "../../support/server.ts";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

function idOf({ cookie }: Visit): string {
  return cookie.slice("kudos_session=kudoss_".length).slice(0, 22);
}

/** The headers of a call from a page of ours. */
function from({ cookie, csrfToken }: Visit): Record<string, string> {
  return { Cookie: cookie, "X-CSRF-Token": csrfToken };
}

async function alive(server: TestServer, { cookie }: Visit): Promise<boolean> {
  return (await server.request("/api/test_session", { headers: { Cookie: cookie } })).status === 200;
}

test("listSessions: 200 newest first, with the one that asks, and nothing that could be used", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const { server, sql } = await startServerOnDisk(t, { now: () => new Date(now) });
  const ada = await signUp(server);
  const bob = await signUp(server, "bob@example.com");
  await signIn(server, bob.email);
  const visits = [await signIn(server, ada.email)];
  now += 1_000;
  visits.unshift(await signIn(server, ada.email));
  const [newer, older] = visits;
  for (const [headers, current] of [
    [{ Cookie: older?.cookie ?? "" }, older],
    [ada.headers, undefined],
  ] as const) {
    const response = await server.request("/api/sessions", { headers });
    t.is(response.status, 200);
    t.is(response.headers.get("Cache-Control"), "no-store");
    const text = await response.text();
    t.deepEqual(
      JSON.parse(text).items,
      visits.map((visit) => ({
        id: idOf(visit),
        name: "node",
        created_at: new Date(visit === newer ? now : now - 1_000).toISOString(),
        last_used_at: visit === older ? new Date(now).toISOString() : null,
        expires_at: new Date((visit === newer ? now : now - 1_000) + 14 * DAY).toISOString(),
        current: visit === current,
      })),
    );
    for (const { cookie, csrfToken } of visits) {
      t.false(text.includes(cookie.slice(37, 50)));
      t.false(text.includes(csrfToken));
    }
    for (const row of await sql("select digest, key_id from session")) {
      for (const secret of Object.values(row)) t.false(text.includes(String(secret)));
    }
  }
  now += 3 * DAY - 1_000;
  const { items } = await read(await server.request("/api/sessions", { headers: ada.headers }));
  t.deepEqual(
    items.map(({ id }: { id: string }) => id),
    visits.slice(0, 1).map(idOf),
    "one that lay unused for three days is gone",
  );
});

test("revokeSession: 204 ends one session of one's own, by cookie and by token", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  const [here, there, elsewhere] = [
    await signIn(server, ada.email),
    await signIn(server, ada.email),
    await signIn(server, ada.email),
  ] as const;
  const foreign = await signIn(server, bob.email);
  const end = (id: string, headers: Record<string, string>) =>
    server.request(`/api/sessions/${id}`, { method: "DELETE", headers });
  for (const id of [idOf(foreign), ada.token.slice(6, 28), "A".repeat(22), "1"]) {
    const response = await end(id, from(here));
    t.is(response.status, 404, id);
    t.is((await read(response)).detail, "There is no such session.");
  }
  t.is((await end("1%00", from(here))).status, 400);
  t.is((await end(idOf(there), from(foreign))).status, 404);
  const other = await end(idOf(there), from(here));
  t.is(other.status, 204);
  t.is(other.headers.get("Set-Cookie"), null);
  t.is((await end(idOf(there), from(here))).status, 404, "once");
  t.is((await end(idOf(elsewhere), ada.headers)).status, 204);
  t.deepEqual(await Promise.all([here, there, elsewhere, foreign].map((visit) => alive(server, visit))), [
    true,
    false,
    false,
    true,
  ]);
  const own = await end(idOf(here), from(here));
  t.is(own.status, 204);
  t.is(own.headers.get("Set-Cookie"), "kudos_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
  t.is(own.headers.get("Clear-Site-Data"), '"cache", "storage"');
  t.false(await alive(server, here));
  t.is((await server.request("/api/test", { headers: ada.headers })).status, 200);
});

test("revokeSessions: 204 ends every session, this one too; tokens and other users' sessions stay", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server, "ada@example.com");
  const foreign = await signIn(server, (await signUp(server, "bob@example.com")).email);
  for (const by of ["session", "token"]) {
    const visits = [await signIn(server, ada.email), await signIn(server, ada.email)] as const;
    const headers = by === "session" ? from(visits[0]) : ada.headers;
    const response = await server.request("/api/sessions", { method: "DELETE", headers });
    t.is(response.status, 204);
    t.is(response.headers.get("Set-Cookie")?.startsWith("kudos_session=;") ?? false, by === "session");
    for (const visit of visits) t.false(await alive(server, visit));
    t.is((await server.request("/api/test", { headers: ada.headers })).status, 200);
    t.true(await alive(server, foreign));
  }
});

test("revokeSessions: 401 reauth_required a day after the sign-in, until the password is proved, by token and cookie", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const server = await startServer(t, { now: () => new Date(now) });
  const ada = await signUp(server);
  const visit = await signIn(server, ada.email);
  const bystander = await signIn(server, ada.email);
  const sibling = await logIn(server, ada.email);
  const end = (headers: Record<string, string>) => server.request("/api/sessions", { method: "DELETE", headers });
  now += DAY + 1;
  for (const headers of [ada.headers, from(visit), { ...ada.headers, ...from(visit) }]) {
    const response = await end(headers);
    t.is(response.status, 401);
    const body = await read(response);
    t.true(body.reauth_required);
    t.regex(
      response.headers.get("WWW-Authenticate") ?? "",
      /Bearer realm="kudos", error="insufficient_user_authentication", max_age="86400"/,
    );
  }
  t.true(await alive(server, bystander));
  const invalid = await end({ "Authentication-Token": `${ada.token.slice(0, -1)}_` });
  t.is(invalid.status, 401);
  t.is((await read(invalid)).reauth_required, undefined, "who is not known has nothing to prove again");
  t.is((await post(server, "/verify", { password: "wrong" }, ada.headers)).status, 400);
  t.is((await end(ada.headers)).status, 401, "a wrong password proves nothing");

  t.is((await post(server, "/verify", { password: PASSWORD }, ada.headers)).status, 200);
  for (const headers of [from(visit), sibling.headers]) {
    t.is((await end(headers)).status, 401, "what one has proved makes no other fresh");
  }
  now += DAY;
  t.is((await end(ada.headers)).status, 204, "24 hours to the millisecond");
  t.false(await alive(server, bystander));

  const again = await signIn(server, ada.email);
  now += DAY + 1;
  t.is((await end(from(again))).status, 401);
  t.is((await post(server, "/verify", { password: PASSWORD }, from(again))).status, 200);
  t.is((await end(from(again))).status, 204);
});

test("verifyPassword: 200 with the user and a CSRF token that works, and no new credential", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const ada = await signUp(server);
  const visit = await signIn(server, ada.email);
  const credentials = () => sql("select id from access_token union all select id from session");
  const before = await credentials();
  for (const headers of [ada.headers, from(visit)]) {
    const response = await post(server, "/verify", { password: PASSWORD }, headers);
    t.is(response.status, 200);
    t.is(response.headers.get("Set-Cookie"), null);
    t.is(response.headers.get("Cache-Control"), "no-store");
    const { csrf_token, user } = (await read(response)).response;
    t.deepEqual(user, { id: ada.id, email: ada.email });
    if (headers !== ada.headers) t.is(csrf_token, visit.csrfToken);
  }
  t.deepEqual(await credentials(), before);
  const page = await server.request("/verify", {
    method: "POST",
    headers: { ...from(visit), Accept: "text/html" },
    body: new URLSearchParams({ password: PASSWORD, next: "/docs" }),
  });
  t.deepEqual([page.status, page.headers.get("Location")], [303, "/docs"]);
});

test("verifyPassword: 400 on the field for a wrong password, 401 without a credential, whatever the body", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const bob = await signUp(server, "bob@example.com", "vK8#qz2w!pL5");
  for (const password of [`${PASSWORD} `, PASSWORD.toUpperCase(), "vK8#qz2w!pL5", "x", "\ud800"]) {
    const response = await post(server, "/verify", { password }, ada.headers);
    t.is(response.status, 400, password);
    const message = "The password is wrong.";
    const type = "urn:kudos:problem:wrong-password";
    t.deepEqual((await read(response)).response, { type, errors: [message], field_errors: { password: [message] } });
  }
  for (const body of [
    {},
    { password: 7 },
    { password: PASSWORD, user_id: bob.id },
    { password: PASSWORD, email: bob.email },
  ]) {
    t.is((await post(server, "/verify", body, ada.headers)).status, 400, JSON.stringify(body));
  }
  for (const body of [{ password: PASSWORD }, {}, null]) t.is((await post(server, "/verify", body)).status, 401);
  t.is((await server.request("/api/test", { headers: ada.headers })).status, 200);
});

test("verifyPassword: 401 for a credential that has ended, with the right password too", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const other = await logIn(server, ada.email);
  await server.request("/logout", { method: "POST", headers: ada.headers });
  t.is((await post(server, "/verify", { password: PASSWORD }, ada.headers)).status, 401);
  t.is((await post(server, "/verify", { password: PASSWORD }, other.headers)).status, 200);
});
