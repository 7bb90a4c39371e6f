import test from "ava";
import type { Authenticator } from "../../../src/contract/security/authenticator.ts";
import {
  content,
  json,
  operation,
  type SmallHandler,
  type Somebody,
  serveSmall,
} from "../../support/contract/small-contract.ts";
import { exchange, requestText } from "../../support/raw.ts";

const SCHEMES = {
  bearer: { type: "http", scheme: "bearer" },
  key: { type: "apiKey", in: "header", name: "X-Key" },
  cookie: { type: "apiKey", in: "cookie", name: "session" },
};

const whoami: SmallHandler = ({ principal, principals }) => ({ status: 200, body: { principal, principals } });

/** A credential `<name>` is valid and stands for that name; `!` is not valid; `boom` makes the authenticator throw. */
function knows(calls: string[]): Authenticator<Somebody> {
  return async (credential) => {
    calls.push(credential);
    if (credential === "boom") throw new Error("database is down at 10.0.0.7");
    return credential.startsWith("!") ? null : { name: credential };
  };
}

const all = (security: readonly unknown[]) => ({
  paths: { "/": { get: operation("read", { security }) } },
  securitySchemes: SCHEMES,
  handlers: { read: whoami },
});

function authenticatorsOf(calls: string[] = []) {
  return { bearer: knows(calls), key: knows(calls), cookie: knows(calls) };
}

const ALTERNATIVES = [{ bearer: [] }, { key: [] }, { cookie: [] }];

test("a failing alternative leaves nothing behind: the principal is that of the one that holds", async (t) => {
  const app = await serveSmall(t, { ...all(ALTERNATIVES), authenticators: authenticatorsOf() });
  for (const headers of [
    { Authorization: "Bearer alice", Cookie: "session=!mallory" },
    { Authorization: "Bearer !mallory", "X-Key": "alice" },
    { "X-Key": "!mallory", Cookie: "session=alice" },
  ]) {
    const response = await app.request("/", { headers });
    t.is(response.status, 200);
    t.deepEqual(await json(response), { principal: { name: "alice" }, principals: [{ name: "alice" }] });
  }
});

test("credentials that are checked slowly do not overtake each other, and each is checked once", async (t) => {
  const calls: string[] = [];
  let atOnce = 0;
  const slowly: Authenticator<Somebody> = async (credential) => {
    atOnce += 1;
    t.is(atOnce, 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    atOnce -= 1;
    calls.push(credential);
    return { name: "alice" };
  };
  const app = await serveSmall(t, {
    ...all([{ bearer: [], key: [] }, { bearer: [] }, { key: [], cookie: [] }, { cookie: [] }]),
    authenticators: { bearer: slowly, key: slowly, cookie: slowly },
  });
  const headers = { Authorization: "Bearer one", "X-Key": "two", Cookie: "session=three" };
  t.is((await app.request("/", { headers })).status, 200);
  t.deepEqual(calls, ["one", "two", "three"]);
});

test("credentials of different users are refused, whichever comes first", async (t) => {
  const app = await serveSmall(t, { ...all(ALTERNATIVES), authenticators: authenticatorsOf() });
  for (const [one, other] of [
    ["alice", "bob"],
    ["bob", "alice"],
  ]) {
    const response = await app.request("/", {
      headers: { Authorization: `Bearer ${one}`, Cookie: `session=${other}` },
    });
    t.is(response.status, 400);
    t.is((await json(response)).detail, "The request carries valid credentials of different users.");
  }
});

test("all schemes of an alternative are needed", async (t) => {
  const app = await serveSmall(t, {
    ...all([{ bearer: [], key: [] }, { cookie: [] }]),
    authenticators: authenticatorsOf(),
  });
  const ask = async (headers: Record<string, string>) => (await app.request("/", { headers })).status;
  t.is(await ask({ Authorization: "Bearer alice", "X-Key": "alice" }), 200);
  t.is(await ask({ Authorization: "Bearer alice" }), 401);
  t.is(await ask({ "X-Key": "alice" }), 401);
  t.is(await ask({ Authorization: "Bearer alice", "X-Key": "!" }), 401);
  t.is(await ask({ Authorization: "Bearer alice", "X-Key": "bob" }), 400);
  // Half of an alternative does not count: it gives no principal, and none that could differ.
  const response = await app.request("/", { headers: { Authorization: "Bearer mallory", Cookie: "session=alice" } });
  t.deepEqual(await json(response), { principal: { name: "alice" }, principals: [{ name: "alice" }] });
});

test("a scheme that the operation does not name is not even looked at", async (t) => {
  const calls: string[] = [];
  const app = await serveSmall(t, { ...all([{ bearer: [] }]), authenticators: authenticatorsOf(calls) });
  t.is((await app.request("/", { headers: { "X-Key": "alice", Cookie: "session=alice" } })).status, 401);
  t.deepEqual(calls, []);
});

test("`{}` lets every request pass, without a principal or with one", async (t) => {
  const app = await serveSmall(t, { ...all([{ bearer: [] }, {}]), authenticators: authenticatorsOf() });
  t.deepEqual(await json(await app.request("/")), { principal: null, principals: [] });
  const somebody = await app.request("/", { headers: { Authorization: "bearer alice" } });
  t.deepEqual((await json(somebody)).principal, { name: "alice" });
});

test("an authenticator that throws is a fault of ours: 500, and not a word of it", async (t) => {
  const app = await serveSmall(t, { ...all(ALTERNATIVES), authenticators: authenticatorsOf() });
  for (const headers of [{ Authorization: "Bearer boom" }, { Authorization: "Bearer alice", Cookie: "session=boom" }]) {
    const response = await app.request("/", { headers });
    t.is(response.status, 500);
    const text = await response.text();
    t.notRegex(text, /database|10\.0\.0\.7|\.ts|Error:/);
    t.is(response.headers.get("WWW-Authenticate"), null);
  }
  t.is((app.faults[0] as Error).message, "database is down at 10.0.0.7");
});

test("an authenticator that returns undefined has found no principal", async (t) => {
  const forgets = (async () => undefined) as unknown as Authenticator<Somebody>;
  const security = [{ bearer: [], key: [] }, { cookie: [] }];
  const app = await serveSmall(t, {
    ...all(security),
    authenticators: { ...authenticatorsOf(), bearer: forgets, cookie: forgets },
  });
  t.is((await app.request("/", { headers: { Authorization: "Bearer x", "X-Key": "alice" } })).status, 401);
  t.is((await app.request("/", { headers: { Cookie: "session=x" } })).status, 401);
});

test("a 401 names every scheme that would do, and whether a credential was refused", async (t) => {
  const app = await serveSmall(t, { ...all(ALTERNATIVES), authenticators: authenticatorsOf() });
  const missing = await app.request("/");
  t.is(
    missing.headers.get("WWW-Authenticate"),
    'Bearer realm="small", ApiKey realm="small", header="X-Key", Cookie realm="small", cookie-name="session"',
  );
  const refused = await app.request("/", { headers: { Authorization: "Bearer !" } });
  t.regex(refused.headers.get("WWW-Authenticate") ?? "", /^Bearer realm="small", error="invalid_token", ApiKey/);
});

test("a credential that is sent twice is refused, even when both are the same", async (t) => {
  const app = await serveSmall(t, { ...all(ALTERNATIVES), authenticators: authenticatorsOf() });
  for (const fields of [
    ["Authorization: Bearer alice", "Authorization: Bearer alice"],
    ["authorization: Bearer alice", "AUTHORIZATION: Bearer bob"],
    ["X-Key: alice", "X-KEY: alice"],
  ]) {
    const [answer] = await exchange(app.url, requestText("GET / HTTP/1.1", fields));
    t.is(answer?.status, 400, fields.join());
  }
});

test("of several cookies with one name none counts, and the 401 says what to do", async (t) => {
  const calls: string[] = [];
  const app = await serveSmall(t, { ...all(ALTERNATIVES), authenticators: authenticatorsOf(calls) });
  for (const fields of [["Cookie: session=alice; session=bob"], ["Cookie: session=alice", "Cookie: session=bob"]]) {
    const [answer] = await exchange(app.url, requestText("GET / HTTP/1.1", fields));
    t.is(answer?.status, 401, fields.join());
    t.regex(JSON.parse(answer?.body ?? "").detail, /several values of the cookie session, .* Delete the cookies/);
    const [other] = await exchange(app.url, requestText("GET / HTTP/1.1", [...fields, "X-Key: carol"]));
    t.deepEqual(JSON.parse(other?.body ?? "").principals, [{ name: "carol" }], "another credential counts");
  }
  t.deepEqual(calls, ["carol", "carol"]);
});

test("odd spellings of a credential are not valid", async (t) => {
  const app = await serveSmall(t, { ...all(ALTERNATIVES), authenticators: authenticatorsOf() });
  for (const field of [
    "Authorization: alice",
    "Authorization: Basic alice",
    "Authorization: Bearer",
    "Authorization: Bearer ",
    "Authorization: Beareralice",
    "Authorization: Bearer alice bob",
    "Authorization: Bearer alice, Bearer bob",
    "X-Key:",
    "X-Key:   ",
    "Cookie: session",
    "Cookie: session=",
    "Cookie: SESSION=alice",
    "Cookie: xsession=alice",
    "Set-Cookie: session=alice",
  ]) {
    const [answer] = await exchange(app.url, requestText("GET / HTTP/1.1", [field]));
    t.is(answer?.status, 401, field);
  }
});

test("a request without a valid credential is refused before anything else of it is looked at", async (t) => {
  const app = await serveSmall(t, {
    paths: {
      "/{id}": {
        post: operation("write", {
          security: [{ key: [] }],
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "integer" } }],
          requestBody: content({ type: "object" }),
        }),
      },
    },
    securitySchemes: { key: SCHEMES.key },
    handlers: { write: whoami },
    authenticators: { key: knows([]) },
  });
  const ask = async (fields: readonly string[]) =>
    (
      await exchange(
        app.url,
        requestText("POST /x?y=%zz HTTP/1.1", fields, fields.at(-1) === "Transfer-Encoding: chunked" ? "9\r\n{" : "{"),
      )
    )[0]?.status;
  for (const fields of [
    ["Accept: image/png", "Content-Length: 1"],
    ["Content-Type: text/plain", "Content-Length: 1"],
    ["Content-Type: application/json", "Content-Length: 1"],
    ["Content-Type: application/json", "Content-Length: 999999999"],
    ["Content-Type: application/json", "Content-Encoding: gzip", "Transfer-Encoding: chunked"],
  ]) {
    t.is(await ask(fields), 401, fields.join());
  }
  t.is(await ask(["X-Key: alice", "Accept: image/png", "Content-Length: 1"]), 406);
  t.is(await ask(["X-Key: alice", "Content-Type: text/plain", "Content-Length: 1"]), 415);
  t.is(await ask(["X-Key: alice", "Content-Type: application/json", "Content-Length: 999999999"]), 413);
  t.is(await ask(["X-Key: alice", "Content-Type: application/json", "Content-Length: 1"]), 400);
});
