import { readFile } from "node:fs/promises";
import test from "ava";
import { cookieNames } from "../../support/judge.ts";
import { cookiesOf, PASSWORD, post, signUp, startServer, type TestServer } from "../../support/server.ts";

const HTTPS = { "X-Forwarded-Proto": "https" };
const ADA = { email: "ada@example.com", password: PASSWORD };

function visit(server: TestServer, headers: Record<string, string>): Promise<Response> {
  return server.request("/api/test_session", { headers });
}

test("login: 200 behind https with cookies that only this host can set, sent over https alone", async (t) => {
  const server = await startServer(t, { environment: { TRUSTED_PROXIES: "1" } });
  await signUp(server);
  for (const path of ["/login", "/register"]) {
    const email = path === "/login" ? ADA.email : "bob@example.com";
    const response = await post(server, path, { ...ADA, email, remember: true }, HTTPS);
    t.is(response.status, 200);
    const { "__Host-kudos_session": session, "__Host-kudos_device": device, ...others } = cookiesOf(response);
    t.deepEqual(others, {});
    t.is(session?.attributes, "; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=1209600");
    t.is(device?.attributes, "; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=31536000");
    t.notRegex(response.headers.getSetCookie().join(), /domain/i);
    t.is(response.headers.get("Strict-Transport-Security"), "max-age=31536000");
  }
});

test("getTestSession: 401 for a cookie without the prefix behind https, and for one with it elsewhere", async (t) => {
  const server = await startServer(t, { environment: { TRUSTED_PROXIES: "1" } });
  await signUp(server);
  const secure = cookiesOf(await post(server, "/login", ADA, HTTPS))["__Host-kudos_session"]?.value;
  const plain = cookiesOf(await post(server, "/login", ADA)).kudos_session?.value;
  t.is((await visit(server, { ...HTTPS, Cookie: `__Host-kudos_session=${secure}` })).status, 200);
  t.is((await visit(server, { Cookie: `kudos_session=${plain}` })).status, 200);
  // A neighbouring host can set a cookie `session` for this one, but no cookie `__Host-kudos_session` (RFC 6265bis §4.1.3.2).
  for (const value of [secure, plain]) {
    const planted = await visit(server, { ...HTTPS, Cookie: `kudos_session=${value}` });
    t.is(planted.status, 401);
    t.regex(planted.headers.get("WWW-Authenticate") ?? "", /cookie-name="__Host-kudos_session"/);
    t.is((await visit(server, { Cookie: `__Host-kudos_session=${value}` })).status, 401);
    t.is((await visit(server, { ...HTTPS, Cookie: `__host-kudos_session=${value}` })).status, 401);
    t.is((await visit(server, { ...HTTPS, Cookie: `__Secure-kudos_session=${value}` })).status, 401);
  }
  const both = { ...HTTPS, Cookie: `kudos_session=planted; __Host-kudos_session=${secure}` };
  t.is((await visit(server, both)).status, 200, "what is planted does not get in the way");
});

test("logout: 200 behind https takes the prefixed cookie away, and the session with it", async (t) => {
  const server = await startServer(t, { environment: { TRUSTED_PROXIES: "1" } });
  await signUp(server);
  const login = await post(server, "/login", ADA, HTTPS);
  const Cookie = `__Host-kudos_session=${cookiesOf(login)["__Host-kudos_session"]?.value}`;
  const csrf = JSON.parse(await login.text()).response.csrf_token;
  const by = { ...HTTPS, Cookie, "X-CSRF-Token": csrf };
  for (const [method, path] of [
    ["DELETE", "/api/sessions"],
    ["POST", "/logout"],
  ] as const) {
    const response = await server.request(path, { method, headers: by });
    t.true(response.ok);
    t.deepEqual(response.headers.getSetCookie(), [
      "__Host-kudos_session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0",
    ]);
    t.is((await visit(server, { ...HTTPS, Cookie })).status, 401);
  }
});

test("logout: 200 behind https only for a page of the https origin", async (t) => {
  const server = await startServer(t, { environment: { TRUSTED_PROXIES: "1" } });
  await signUp(server);
  const { host } = new URL(server.url);
  for (const [origin, status] of [
    [`http://${host}`, 403],
    [`https://${host}`, 200],
  ] as const) {
    const login = await post(server, "/login", ADA, HTTPS);
    const Cookie = `__Host-kudos_session=${cookiesOf(login)["__Host-kudos_session"]?.value}`;
    const headers = { ...HTTPS, Cookie, Origin: origin };
    t.is((await server.request("/logout", { method: "POST", headers })).status, status, origin);
  }
});

test("login: 200 does not believe in https that no trusted proxy tells of", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  for (const headers of [
    HTTPS,
    { Forwarded: "proto=https" },
    { "X-Forwarded-Ssl": "on" },
    { "Front-End-Https": "on" },
    { "X-Url-Scheme": "https" },
  ]) {
    const {
      kudos_session: session,
      kudos_device: device,
      ...others
    } = cookiesOf(await post(server, "/login", ADA, headers));
    t.notRegex(`${session?.attributes} ${device?.attributes}`, /Secure/);
    t.deepEqual(others, {});
    t.is((await visit(server, { ...headers, Cookie: `kudos_session=${session?.value}` })).status, 200);
    const forged = { ...headers, "X-Forwarded-Host": "evil.example", Origin: "https://evil.example" };
    const logout = { ...forged, Cookie: `kudos_session=${session?.value}` };
    t.is((await server.request("/logout", { method: "POST", headers: logout })).status, 403);
  }
});

test("login: 200 believes of several X-Forwarded-Proto and -Host what the outermost trusted proxy said", async (t) => {
  const given = async (hops: string, proto: string) => {
    const server = await startServer(t, { environment: { TRUSTED_PROXIES: hops } });
    await signUp(server);
    const answer = await post(server, "/login", ADA, { "X-Forwarded-Proto": proto });
    return Object.keys(cookiesOf(answer)).includes("__Host-kudos_session");
  };
  t.true(await given("1", "http, https"), "the first is the client's own");
  t.false(await given("1", "https,http"));
  t.true(await given("2", "http, https, http"));
  t.true(await given("2", "https"));
  t.false(await given("0", "https"));

  const server = await startServer(t, { environment: { TRUSTED_PROXIES: "1" } });
  await signUp(server);
  const hosts = "evil.example, kudos.example";
  for (const [Origin, status] of [
    ["http://evil.example", 403],
    ["http://kudos.example", 200],
  ] as const) {
    t.is((await post(server, "/login", ADA, { "X-Forwarded-Host": hosts, Origin })).status, status);
  }
});

test("login: 200 with the cookies that the contract declares, by their names behind https and elsewhere", async (t) => {
  const server = await startServer(t, { environment: { TRUSTED_PROXIES: "1" } });
  await signUp(server);
  const others = ["__Host-kudos_asked", "__Host-kudos_refresh", "__Host-kudos_sign_in"];
  const own = ["__Host-kudos_device", "__Host-kudos_session"];
  t.deepEqual(cookieNames(true).toSorted(), [...others, ...own].toSorted());
  for (const [secure, headers] of [
    [true, HTTPS],
    [false, {}],
  ] as const) {
    const { status, ...sent } = await post(server, "/login", ADA, headers).then((response) => ({
      status: response.status,
      ...cookiesOf(response),
    }));
    t.is(status, 200);
    t.deepEqual(Object.keys(sent).toSorted(), secure ? own : own.map((name) => name.replace("__Host-", "")));
  }
});

test("login: 400 for a device cookie that is too long, and 200 for one that is none of this server's", async (t) => {
  const server = await startServer(t, { environment: { TRUSTED_PROXIES: "1" } });
  await signUp(server);
  const status = async (cookie: string, headers = {}) =>
    (await post(server, "/login", ADA, { Cookie: cookie, ...headers })).status;
  const long = "x".repeat(513);
  t.is(await status(`kudos_device=${long}`), 400);
  t.is(await status(`kudos_device=${long}`, HTTPS), 200, "what is planted does not get in the way");
  t.is(await status(`__Host-kudos_device=${long}`, HTTPS), 400);
  t.is(await status("kudos_device=planted"), 200);
});

test("the edition for clients has no cookie that a client would have to keep", async (t) => {
  const edition = await readFile(new URL("../../../generated/openapi.client.json", import.meta.url), "utf8");
  t.notRegex(edition, /DeviceCookie|x-cookie-prefix|"parameters": \[\]/);
});
