import test from "ava";
import { ContractFault } from "../../../src/contract/index.ts";
import { content, json, type OperationParts, operation, serveSmall } from "../../support/contract/small-contract.ts";
import { exchange, requestText } from "../../support/raw.ts";

const SCHEMA = {
  type: "object",
  required: ["words"],
  additionalProperties: false,
  properties: { words: { type: "array", maxItems: 3, items: { type: "string", maxLength: 20 } } },
};
const search = (parts: OperationParts = {}) => operation("search", { requestBody: content(SCHEMA), ...parts });
const QUERY = { method: "QUERY", headers: { "Content-Type": "application/json" } };
const handlers = {
  search: ({ body, path }: { readonly body?: unknown; readonly path?: unknown }) => ({
    status: 200,
    body: { body, path },
  }),
  read: () => ({ status: 200, body: "read" }),
  make: () => ({ status: 200, body: "made" }),
};
const { search: find, read, make } = handlers;
const versions = [
  { openapi: "3.2.0", key: "query" },
  { openapi: "3.1.0", key: "x-query" },
] as const;

const METHODS_ALONE: readonly (readonly [method: string, openapi: string, item: (one: object) => object])[] = [
  ["QUERY", "3.2.0", (one) => ({ query: one })],
  ["QUERY", "3.1.0", (one) => ({ "x-query": one })],
  ["M-SEARCH", "3.2.0", (one) => ({ additionalOperations: { "M-SEARCH": one } })],
];

for (const [method, openapi, item] of METHODS_ALONE) {
  test(`${method} of OpenAPI ${openapi}, alone at its path: the path's parameters are read by their styles`, async (t) => {
    const ids = { name: "ids", in: "path", required: true, schema: { type: "array", items: { type: "integer" } } };
    const paths = { "/of/{ids}": { parameters: [ids], ...item(search()) } };
    const app = await serveSmall(t, { paths, root: { openapi }, handlers: { search: find } });
    const ask = (path: string) => app.request(path, { ...QUERY, method, body: '{"words":[]}' });
    const found = await ask("/of/7,8");
    t.is(found.status, 200);
    t.deepEqual((await json(found)).path, { ids: [7, 8] });
    t.is((await ask("/of/7,a")).status, 400);
  });
}

for (const { openapi, key } of versions) {
  test(`QUERY, declared by ${key} of OpenAPI ${openapi}: 200 for a valid query, 400, 415 and 413 for others`, async (t) => {
    const id = { name: "id", in: "path", required: true, schema: { type: "integer" } };
    const item = (parts: OperationParts = {}) => ({ [key]: search(parts), get: operation("read", parts) });
    const paths = {
      "/things": item(),
      "/of/{id}": { [key]: operation("searchOf", { parameters: [id], requestBody: content(SCHEMA) }) },
    };
    const app = await serveSmall(t, { paths, root: { openapi }, handlers: { search: find, read, searchOf: find } });
    const ask = (body: unknown, init: object = QUERY, path = "/things") =>
      app.request(path, { ...init, body: JSON.stringify(body) });

    const found = await ask({ words: ["a"] });
    t.is(found.status, 200);
    t.deepEqual(await json(found), { body: { words: ["a"] }, path: {} });
    t.deepEqual(await json(await ask({ words: [] }, QUERY, "/of/7")), { body: { words: [] }, path: { id: 7 } });
    const refused = await ask({ words: [1], others: true });
    t.is(refused.status, 400);
    t.deepEqual((await json(refused)).errors.map(({ pointer }: { pointer: string }) => pointer).toSorted(), [
      "/others",
      "/words/0",
    ]);
    t.is((await ask({}, QUERY, "/of/seven")).status, 400);
    t.is((await app.request("/things", { method: "QUERY" })).status, 400);
    t.is((await ask({ words: [] }, { method: "QUERY", headers: { "Content-Type": "text/plain" } })).status, 415);
    t.is((await ask({ words: ["x".repeat(2_000)] })).status, 413);
    t.is(await json(await app.request("/things")), "read");
    t.deepEqual(app.faults, []);
  });
}

test("QUERY: a path tells by Allow and Accept-Query that it can be queried, and how", async (t) => {
  const forms = content(SCHEMA, { required: true }, ["application/json", "application/vnd.words+json"]);
  const paths = {
    "/things": { get: operation("read"), query: search({ requestBody: forms }) },
    "/of/{id}": {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
      query: operation("searchOf", { requestBody: content(SCHEMA) }),
    },
    "/made": { post: operation("make") },
  };
  const app = await serveSmall(t, {
    paths,
    root: { openapi: "3.2.0" },
    handlers: { ...handlers, searchOf: find },
  });
  const options = await app.request("/things", { method: "OPTIONS" });
  t.is(options.headers.get("Allow"), "GET, HEAD, OPTIONS, QUERY");
  t.is(options.headers.get("Accept-Query"), "application/json, application/vnd.words+json");
  t.is((await app.request("/of/7", { method: "OPTIONS" })).headers.get("Accept-Query"), "application/json");
  t.is((await app.request("/made", { method: "OPTIONS" })).headers.get("Accept-Query"), null);
  const other = await app.request("/things", { method: "POST" });
  t.is(other.status, 405);
  t.is(other.headers.get("Allow"), "GET, HEAD, OPTIONS, QUERY");
  t.is((await app.request("/made", { method: "QUERY" })).status, 405);
});

test("QUERY: is safe, so that a cookie is enough, and an authenticator is told", async (t) => {
  const told: boolean[] = [];
  const app = await serveSmall(t, {
    paths: {
      "/things": {
        query: search({ security: [{ session: [] }] }),
        post: operation("make", { security: [{ session: [] }] }),
      },
    },
    root: { openapi: "3.2.0" },
    securitySchemes: { session: { type: "apiKey", in: "cookie", name: "session" } },
    authenticators: {
      session: async (_, { safe, sameOrigin }) => {
        told.push(safe);
        return safe || sameOrigin ? { name: "ada" } : null;
      },
    },
    handlers: { search: find, make },
  });
  const cookie = { Cookie: "session=1", Origin: "https://elsewhere.example" };
  const body = JSON.stringify({ words: [] });
  const query = await app.request("/things", { ...QUERY, headers: { ...QUERY.headers, ...cookie }, body });
  t.is(query.status, 200);
  t.is((await app.request("/things", { method: "POST", headers: cookie })).status, 403);
  t.deepEqual(told, [true]);
});

test("additional operations of OpenAPI 3.2 are routed by their method, and count as unsafe", async (t) => {
  const told: boolean[] = [];
  const app = await serveSmall(t, {
    paths: {
      "/things": {
        additionalOperations: {
          COPY: operation("copy", { security: [{ key: [] }], requestBody: content(SCHEMA) }),
          PURGE: operation("purge", { responses: { "204": { description: "Purged." } } }),
        },
      },
    },
    root: { openapi: "3.2.0" },
    securitySchemes: { key: { type: "apiKey", in: "header", name: "Key" } },
    authenticators: {
      key: async (_, { safe }) => {
        told.push(safe);
        return { name: "ada" };
      },
    },
    handlers: { copy: handlers.search, purge: () => ({ status: 204 }) },
  });
  const headers = { Key: "1", "Content-Type": "application/json" };
  const copied = await app.request("/things", { method: "COPY", headers, body: JSON.stringify({ words: ["b"] }) });
  t.deepEqual(await json(copied), { body: { words: ["b"] }, path: {} });
  t.is((await app.request("/things", { method: "COPY", headers, body: "{}" })).status, 400);
  t.deepEqual(told, [false, false]);
  t.is((await app.request("/things", { method: "PURGE" })).status, 204);
  t.is((await app.request("/things", { method: "OPTIONS" })).headers.get("Allow"), "COPY, OPTIONS, PURGE");
  const [copy] = await exchange(app.url, requestText("MOVE /things HTTP/1.1"));
  t.is(copy?.status, 405);
});

test("a QUERY without content, and a method that cannot be received, are refused at the start", async (t) => {
  const start = (item: object, ids: string[]) =>
    serveSmall(t, {
      paths: { "/": item },
      root: { openapi: "3.2.0" },
      handlers: Object.fromEntries(ids.map((id) => [id, handlers.read])),
    });
  const error = await t.throwsAsync(
    start(
      {
        query: operation("search"),
        additionalOperations: { CONNECT: operation("tunnel"), Copy: operation("copy"), FETCH: operation("fetch") },
      },
      ["search", "tunnel", "copy", "fetch"],
    ),
    { instanceOf: ContractFault },
  );
  t.deepEqual(error?.findings, [
    "operation search is a QUERY and does not require content, which is the query (RFC 10008 §2)",
    "operation tunnel is a CONNECT, which this server cannot receive",
    "operation copy is a Copy, which this server cannot receive",
    "operation fetch is a FETCH, which this server cannot receive",
  ]);
  const optional = { query: search({ requestBody: content(SCHEMA, { required: false }) }) };
  await t.throwsAsync(start(optional, ["search"]), { message: /does not require content/ });
});
