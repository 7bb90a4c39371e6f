import test from "ava";
import { grantAuthor, grantResourceServer } from "../../support/authors.ts";
import { startServerOnDisk } from "../../support/database-file.ts";
import { operations } from "../../support/judge.ts";
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

const NARROWED = ["account", "likes:write", "articles:write"];
/** The last is held by tokens alone that are not narrowed. */
const SCOPES = [...NARROWED, "tokens:introspect"];

/** The operations that name scopes, as the contract has them. */
const GUARDED = operations
  .map((operation) => ({
    ...operation,
    scopes: [...new Set(operation.security?.flatMap((alternative) => [...alternative.values()].flat()))],
  }))
  // One that deletes the account has a test of its own: there is nobody to go on with.
  .filter(({ scopes, operationId }) => scopes.length > 0 && !["deleteAccount", "deleteMe"].includes(operationId))
  // Operations that end the credential of the request come last.
  .toSorted((one, other) => Number(one.operationId === "revokeTokens") - Number(other.operationId === "revokeTokens"));

const PATH_PARAMETERS: Record<string, string> = {
  article_id: "1",
  like_id: "1",
  token_id: "A".repeat(22),
  session_id: "A".repeat(22),
};

function fill(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => PATH_PARAMETERS[name] ?? "1");
}

/** Makes a call whose `Accept` cannot be met: without the scope it gets 403, with the scope 406 or another error of the request. */
async function mayDo(
  server: TestServer,
  { path, method }: { path: string; method: string },
  headers: Person["headers"],
) {
  const response = await server.request(fill(path), { method, headers: { ...headers, Accept: "image/x-nothing" } });
  if (response.status === 403) {
    const problem = await read(response);
    // Another 403, such as that of a server that sends no mail, comes only once the scope is there.
    if (!String(problem.type ?? problem.response.type).endsWith(":insufficient-scope"))
      return { status: 0, detail: "", challenge: "" };
    const detail: string = problem.detail ?? problem.response.errors[0];
    return { status: 403, detail, challenge: response.headers.get("WWW-Authenticate") ?? "" };
  }
  return { status: response.status, detail: "", challenge: "" };
}

test("login: 200 with a token that may do what its scopes and its user's roles have in common, and nothing else", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  t.true(GUARDED.length >= 10);
  t.deepEqual([...new Set(GUARDED.flatMap(({ scopes }) => scopes))].toSorted(), SCOPES.toSorted());
  const ada = await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  await grantAuthor(sql, bob.id);
  await grantResourceServer(sql, bob.id);
  const subsets = [[], ...NARROWED.map((scope) => [scope]), ["likes:write", "account"], NARROWED, null];
  const people: readonly (readonly [Person, readonly string[]])[] = [
    [ada, ["account", "likes:write"]],
    [bob, SCOPES],
  ];
  for (const [person, held] of people) {
    for (const subset of subsets) {
      const { headers } = await logIn(server, person.email, subset ? { scopes: subset } : {});
      for (const path of ["/api/test", "/api/me", "/api/articles", "/api/articles/1"]) {
        t.is((await server.request(path, { headers })).status, 200, `${subset} ${path}`);
      }
      t.is((await post(server, "/verify", { password: PASSWORD }, headers)).status, 200);
      for (const operation of GUARDED) {
        const allowed = operation.scopes.every((scope) => held.includes(scope) && (subset ?? SCOPES).includes(scope));
        const { status, detail, challenge } = await mayDo(server, operation, headers);
        t.true(
          allowed ? ![401, 403].includes(status) : status === 403,
          `${person.email} ${subset} ${operation.operationId}: ${status}`,
        );
        if (status !== 403) continue;
        t.true(detail.includes(operation.scopes.join(", ")));
        t.true(challenge.includes(`error="insufficient_scope", scope="${operation.scopes.join(" ")}"`));
      }
    }
  }
});

test("login: 200 with a narrowed token that writes nothing, not even for an author", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const ada = await signUp(server);
  await grantAuthor(sql, ada.id);
  const { headers } = await logIn(server, ada.email, { scopes: [] });
  const calls = [
    () => server.request("/api/articles/1/likes", { method: "POST", headers }),
    () => post(server, "/api/article_likes", { article_id: 1 }, headers),
    () => post(server, "/api/articles", { title: "A", author: "B" }, headers),
    () => server.request("/api/articles/1", { method: "DELETE", headers: { ...headers, "If-Match": "*" } }),
    () => server.request("/api/tokens", { method: "DELETE", headers }),
    () => server.request("/api/sessions", { method: "DELETE", headers }),
    () => post(server, "/change", { password: PASSWORD, new_password: "vK8#qz2w!pL5" }, headers),
  ];
  for (const call of calls) t.is((await call()).status, 403);
  t.deepEqual(await sql("select count(*) as n from article_like"), [{ n: 0 }]);
  t.deepEqual(await sql("select count(*) as n from article"), [{ n: 100 }]);
  t.is((await server.request("/api/test", { headers: ada.headers })).status, 200);
  await logIn(server, ada.email);
});

test("login: 400 for scopes that there are not, and no token", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const { email } = await signUp(server);
  for (const scopes of [
    ["admin"],
    ["likes:write", "admin"],
    ["LIKES:WRITE"],
    ["likes:write "],
    ["likes:write account"],
    ["*"],
    [""],
    ["account", "account"],
    [null],
    [["account"]],
    "account",
    null,
    {},
    { 0: "account" },
  ]) {
    const response = await post(server, "/login?include_auth_token", { email, password: PASSWORD, scopes });
    t.is(response.status, 400, JSON.stringify(scopes));
    const named = Object.keys((await read(response)).response.field_errors);
    t.true(named.length > 0 && named.every((name) => name.startsWith("scopes")), named.join());
  }
  t.deepEqual(await sql("select count(*) as n from access_token"), [{ n: 1 }]);
});

test("login: 400 for scopes without a token to narrow: a session would be more than was asked for", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  for (const path of ["/login", "/login?include_auth_token=false", "/register"]) {
    const email = path === "/register" ? "bob@example.com" : ada.email;
    for (const scopes of [[], ["account"]]) {
      const response = await post(server, path, { email, password: PASSWORD, scopes });
      t.is(response.status, 400, path);
      t.deepEqual(response.headers.getSetCookie(), []);
      t.deepEqual(Object.keys((await read(response)).response.field_errors), ["scopes"]);
    }
  }
  t.is((await signUp(server, "bob@example.com")).id, 2);
});

test("register: 200 with a token that is narrowed from the start", async (t) => {
  const server = await startServer(t);
  const body = { email: "ada@example.com", password: PASSWORD, scopes: ["likes:write"], token_name: "kiosk" };
  const { response } = await read(await post(server, "/register?include_auth_token", body));
  const headers = { "Authentication-Token": response.user.authentication_token };
  t.is((await server.request("/api/articles/1/likes", { method: "POST", headers })).status, 201);
  t.is((await server.request("/api/tokens", { headers })).status, 403);
  const { headers: whole } = await logIn(server, "ada@example.com");
  const { items } = await read(await server.request("/api/tokens", { headers: whole }));
  t.deepEqual(
    items.map((item: { name: string; scopes: unknown }) => [item.name, item.scopes]).toSorted(),
    [
      ["kiosk", ["likes:write"]],
      ["node", null],
    ].toSorted(),
  );
});

test("revokeToken: 403 for a narrowed token; what else comes with the request may still be enough", async (t) => {
  const server = await startServer(t);
  const { email } = await signUp(server);
  const narrow = await logIn(server, email, { scopes: [] });
  const { cookie } = await signIn(server, email);
  t.is((await server.request("/api/tokens", { headers: narrow.headers })).status, 403);
  t.is((await server.request("/api/tokens", { headers: { ...narrow.headers, Cookie: cookie } })).status, 200);
  const whole = await logIn(server, email);
  const both = { ...narrow.headers, Authorization: `Bearer ${whole.token}` };
  t.is((await server.request("/api/tokens", { headers: both })).status, 200);
});
