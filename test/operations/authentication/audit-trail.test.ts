import test from "ava";
import { startServerOnDisk } from "../../support/database-file.ts";
import { cookiesOf, PASSWORD, post, signUp, startServer } from "../../support/server.ts";

const NEXT = "vK8#qz2w!pL5";
const ADA = "ada@example.com";

test("each sign-in, failure, sign-out, revocation and change is one event in the database and one line of the log", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const environment = { TRUSTED_PROXIES: "1", RATE_LIMITS: "on", LOG_LEVEL: "info" };
  const { server, sql } = await startServerOnDisk(t, { now: () => new Date(now), environment });
  const expected: Record<string, unknown>[] = [];
  let address = "";
  const at = (ip: string) => {
    now += 1_000;
    address = ip;
    return { "X-Forwarded-For": ip };
  };
  const expectEvent = (
    kind: string,
    actor: string,
    user_id: number | null,
    credential: string | null = null,
    detail: string | null = null,
  ) => expected.push({ at: now, kind, actor, user_id, address, credential, detail });
  const tokenIn = async (response: Response): Promise<string> =>
    JSON.parse(await response.text()).response.user.authentication_token;
  const idOf = (text: string) => text.slice(text.indexOf("_") + 1).slice(0, 22);
  const credentials = { email: ADA, password: PASSWORD };
  const token = (text: string) => ({ "Authentication-Token": text });

  const first = await tokenIn(await post(server, "/register?include_auth_token", credentials, at("192.0.2.1")));
  expectEvent("registered", "anonymous", 1);
  expectEvent("login", "user:1", 1, `token:${idOf(first)}`);

  await post(server, "/register", credentials, at("192.0.2.2"));
  await post(server, "/register", { email: "x", password: "y" }, at("192.0.2.2"));
  await post(server, "/register", { email: "bob@example.com", password: "short" }, at("192.0.2.2"));

  await post(server, "/login", { ...credentials, password: "wrong" }, at("192.0.2.3"));
  expectEvent("login_failed", "anonymous", 1);
  await post(server, "/login", { email: "nobody@example.com", password: PASSWORD }, at("2001:db8::7"));
  expectEvent("login_failed", "anonymous", null);
  await post(server, "/login", { email: ADA }, at("192.0.2.3"));

  const login = await post(server, "/login", credentials, at("192.0.2.4"));
  const session = cookiesOf(login).kudos_session?.value ?? "";
  const csrf = JSON.parse(await login.text()).response.csrf_token;
  expectEvent("login", "user:1", 1, `session:${idOf(session)}`);
  const visit = { Cookie: `kudos_session=${session}`, "X-CSRF-Token": csrf };
  const second = await tokenIn(await post(server, "/login?include_auth_token", credentials, at("192.0.2.5")));
  expectEvent("login", "user:1", 1, `token:${idOf(second)}`);

  // Reads, likes and refused calls are no events.
  for (const headers of [token(first), visit, {}]) {
    await server.request("/api/me", { headers: { ...headers, ...at("192.0.2.6") } });
    await server.request("/api/articles/1/likes", { method: "POST", headers: { ...headers, ...at("192.0.2.6") } });
  }
  await server.request(`/api/tokens/${"A".repeat(22)}`, {
    method: "DELETE",
    headers: { ...visit, ...at("192.0.2.6") },
  });
  await server.request("/api/tokens", { method: "DELETE", headers: { Cookie: visit.Cookie, ...at("192.0.2.6") } });
  await post(server, "/verify", { password: PASSWORD }, at("192.0.2.6"));

  await post(server, "/verify", { password: "wrong" }, { ...visit, ...at("192.0.2.7") });
  expectEvent("verify_failed", "user:1", 1, `session:${idOf(session)}`);
  await post(server, "/verify", { password: PASSWORD }, { ...visit, ...at("192.0.2.7") });
  expectEvent("verified", "user:1", 1, `session:${idOf(session)}`);

  const derived = JSON.parse(await (await post(server, "/api/tokens", {}, { ...visit, ...at("192.0.2.8") })).text());
  expectEvent("token_created", "user:1", 1, `token:${derived.id}`, `session:${idOf(session)}`);
  await server.request(`/api/tokens/${idOf(second)}`, { method: "DELETE", headers: { ...visit, ...at("192.0.2.8") } });
  expectEvent("token_revoked", "user:1", 1, `token:${idOf(second)}`);

  await post(server, "/change", { password: "wrong", new_password: NEXT }, { ...token(first), ...at("192.0.2.9") });
  expectEvent("verify_failed", "user:1", 1, `token:${idOf(first)}`);
  await post(server, "/change", { password: PASSWORD, new_password: "short" }, { ...token(first), ...at("192.0.2.9") });
  await post(server, "/change", { password: PASSWORD, new_password: NEXT }, { ...token(first), ...at("192.0.2.9") });
  expectEvent("password_changed", "user:1", 1, `token:${idOf(first)}`);

  const visits: string[] = [];
  for (const ip of ["192.0.2.10", "192.0.2.11"]) {
    const { kudos_session: given } = cookiesOf(await post(server, "/login", { email: ADA, password: NEXT }, at(ip)));
    visits.push(given?.value ?? "");
    expectEvent("login", "user:1", 1, `session:${idOf(visits.at(-1) ?? "")}`);
  }
  const [one = "", two = ""] = visits.map(idOf);
  await server.request(`/api/sessions/${one}`, { method: "DELETE", headers: { ...token(first), ...at("192.0.2.12") } });
  expectEvent("session_revoked", "user:1", 1, `session:${one}`);
  await server.request("/api/sessions", { method: "DELETE", headers: { ...token(first), ...at("192.0.2.12") } });
  expectEvent("session_revoked", "user:1", 1, `session:${two}`);
  for (const _ of [1, 2]) {
    await server.request("/logout", { method: "POST", headers: { ...token(first), ...at("192.0.2.13") } });
    if (_ === 1) expectEvent("logout", "user:1", 1, `token:${idOf(first)}`);
  }
  const last = await tokenIn(
    await post(server, "/login?include_auth_token", { email: ADA, password: NEXT }, at("192.0.2.14")),
  );
  expectEvent("login", "user:1", 1, `token:${idOf(last)}`);
  await server.request("/api/tokens", { method: "DELETE", headers: { ...token(last), ...at("192.0.2.15") } });
  expectEvent("access_reset", "user:1", 1);

  const stored = await sql("select id, at, kind, actor, user_id, address, credential, detail from event order by id");
  t.deepEqual(
    stored,
    expected.map((event, index) => ({ id: index + 1, ...event })),
  );
  const lines = server
    .log()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  const told = lines.filter(({ msg }) => msg === "event");
  t.deepEqual(
    told.map(({ event: { userId, at: time, ...event } }) => ({ ...event, at: Date.parse(time), user_id: userId })),
    stored,
  );
  const requests = new Map(lines.filter(({ msg }) => msg === "request").map((line) => [line.request, line]));
  for (const { request, event } of told) t.is(requests.get(request)?.address, event.address, event.kind);
});

test("login: 200 behind a proxy that hands a text on that is no address; the list of events stays readable", async (t) => {
  const server = await startServer(t, { environment: { TRUSTED_PROXIES: "1" } });
  const { headers } = await signUp(server);
  const forged = { "X-Forwarded-For": "x".repeat(200) };
  t.is((await post(server, "/login", { email: "ada@example.com", password: PASSWORD }, forged)).status, 200);
  t.is((await post(server, "/login", { email: "ada@example.com", password: "wrong password" }, forged)).status, 400);
  const { data } = await server.client.GET("/api/me/events", { headers });
  t.is(data?.items[0]?.address?.length, 45);
});
