import test from "ava";
import { operation, type SmallHandler, serveSmall } from "../support/contract/small-contract.ts";
import { exchange, requestText } from "../support/raw.ts";

const named =
  (name: string): SmallHandler =>
  ({ path }) => ({ status: 200, body: { name, path } });

function inPath(...names: string[]) {
  return names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } }));
}

const get = (name: string, ...names: string[]) => ({ get: operation(name, { parameters: inPath(...names) }) });

test("a literal path wins over a templated one, whichever is declared first", async (t) => {
  const literal = { "/things/mine": get("literal"), "/things/mine/{part}": get("literalPart", "part") };
  const templated = { "/things/{id}": get("templated", "id"), "/things/{id}/all": get("templatedAll", "id") };
  const names = ["literal", "literalPart", "templated", "templatedAll"];
  const handlers = Object.fromEntries(names.map((name) => [name, named(name)]));
  for (const paths of [
    { ...literal, ...templated },
    { ...templated, ...literal },
  ]) {
    const app = await serveSmall(t, { paths, handlers });
    const nameAt = async (path: string) => JSON.parse(await (await app.request(path)).text());
    t.deepEqual(await nameAt("/things/mine"), { name: "literal", path: {} });
    t.deepEqual(await nameAt("/things/other"), { name: "templated", path: { id: "other" } });
    t.deepEqual(await nameAt("/things/mine/x"), { name: "literalPart", path: { part: "x" } });
    t.deepEqual(await nameAt("/things/other/all"), { name: "templatedAll", path: { id: "other" } });
  }
});

test("the path decides before the method: no template answers for a path that is more literal (OpenAPI 3.1 §4.8.8.2)", async (t) => {
  const names = ["literal", "templated", "written", "part", "twice"];
  const app = await serveSmall(t, {
    paths: {
      "/things/{id}": { delete: operation("templated", { parameters: inPath("id") }) },
      "/things/mine": get("literal"),
      "/things/{id}.txt": get("written", "id"),
      "/things/{id}/{part}": { delete: operation("twice", { parameters: inPath("id", "part") }) },
      "/things/{id}/all": get("part", "id"),
    },
    handlers: Object.fromEntries(names.map((name) => [name, named(name)])),
  });
  for (const [path, allowed, method] of [
    ["/things/mine", "GET, HEAD, OPTIONS", "DELETE"],
    ["/things/7.txt", "GET, HEAD, OPTIONS", "DELETE"],
    ["/things/7/all", "GET, HEAD, OPTIONS", "DELETE"],
    ["/things/other", "DELETE, OPTIONS", "GET"],
    ["/things/7/other", "DELETE, OPTIONS", "HEAD"],
  ] as const) {
    const refused = await app.request(path, { method });
    t.is(refused.status, 405, `${method} ${path}`);
    t.is(refused.headers.get("Allow"), allowed, path);
    t.is((await app.request(path, { method: "OPTIONS" })).headers.get("Allow"), allowed, path);
    for (const served of allowed.split(", ")) t.true((await app.request(path, { method: served })).ok, served + path);
  }
});

test("a path is matched exactly: in its own case, without a slash more or less", async (t) => {
  const app = await serveSmall(t, { paths: { "/Things/{id}": get("read", "id") }, handlers: { read: named("read") } });
  t.is((await app.request("/Things/1")).status, 200);
  for (const path of [
    "/things/1",
    "/THINGS/1",
    "/Things/1/",
    "/Things//1",
    "//Things/1",
    "/Things/",
    "/Things",
    "/Things/1/2",
  ]) {
    const [answer] = await exchange(app.url, requestText(`GET ${path} HTTP/1.1`));
    t.is(answer?.status, 404, path);
  }
});

test("signs that mean something to the router mean nothing in the contract", async (t) => {
  const paths = ["/a.b", "/a:b", "/:a", "/~a", "/a-b", "/a,b", "/a;b=c", "/a@b", "/a$b", "/a&b", "/a'b"];
  const names = paths.map((_, index) => `read${index}`);
  const app = await serveSmall(t, {
    paths: {
      ...Object.fromEntries(paths.map((path, index) => [path, get(`read${index}`)])),
      "/of/{article_id}.{kind}": get("named", "article_id", "kind"),
    },
    handlers: {
      ...Object.fromEntries(names.map((name, index) => [name, named(paths[index] as string)])),
      named: named(""),
    },
  });
  for (const path of paths) {
    const [answer] = await exchange(app.url, requestText(`GET ${path} HTTP/1.1`));
    t.is(answer?.status, 200, path);
    t.is(JSON.parse(answer?.body ?? "{}").name, path);
  }
  for (const path of ["/axb", "/aa", "/ab", "/a"]) t.is((await app.request(path)).status, 404, path);
  const body = JSON.parse(await (await app.request("/of/7.json")).text());
  t.deepEqual(body.path, { article_id: "7", kind: "json" });
});

test("a parameter in a path is decoded once, and a slash in it is no slash", async (t) => {
  const app = await serveSmall(t, { paths: { "/of/{id}": get("read", "id") }, handlers: { read: named("read") } });
  for (const [raw, meant] of [
    ["a%2Fb", "a/b"],
    ["%2e%2e", ".."],
    ["%252F", "%2F"],
    ["%F0%9F%8D%80", "🍀"],
    ["a+b", "a+b"],
    ["%00", "\0"],
    ["a;b=c", "a;b=c"],
  ] as const) {
    const [answer] = await exchange(app.url, requestText(`GET /of/${raw} HTTP/1.1`));
    t.is(answer?.status, 200, raw);
    t.is(JSON.parse(answer?.body ?? "{}").path.id, meant, raw);
  }
  for (const raw of ["%", "%2", "%zz", "%ff", "%c0%af", "%ed%a0%80", "a%"]) {
    const [answer] = await exchange(app.url, requestText(`GET /of/${raw} HTTP/1.1`));
    t.is(answer?.status, 400, raw);
  }
});

test("HEAD is answered as GET is, without the body", async (t) => {
  const app = await serveSmall(t, {
    paths: { "/read": get("read"), "/write": { post: operation("write") } },
    handlers: { read: named("read"), write: named("write") },
  });
  const get200 = await app.request("/read");
  const text = await get200.text();
  const head = await app.request("/read", { method: "HEAD" });
  t.is(head.status, 200);
  t.is(await head.text(), "");
  t.is(head.headers.get("Content-Length"), String(text.length));
  t.is(head.headers.get("Content-Type"), get200.headers.get("Content-Type"));
  t.is((await app.request("/read?x=1", { method: "HEAD" })).status, 400);
  t.is((await app.request("/write", { method: "HEAD" })).status, 405);
  t.is((await app.request("/nowhere", { method: "HEAD" })).status, 404);
});

test("OPTIONS tells the methods of a path", async (t) => {
  const app = await serveSmall(t, {
    paths: { "/": { get: operation("read"), post: operation("write") } },
    handlers: { read: named("read"), write: named("write") },
  });
  const options = await app.request("/", { method: "OPTIONS" });
  t.is(options.status, 204);
  t.is(options.headers.get("Allow"), "GET, HEAD, OPTIONS, POST");
  t.is((await app.request("/nowhere", { method: "OPTIONS" })).status, 404);
});
