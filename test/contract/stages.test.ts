import test from "ava";
import {
  ANYTHING,
  content,
  json,
  operation,
  PROBLEM,
  type SmallHandler,
  serveSmall,
} from "../support/contract/small-contract.ts";
import { exchange, requestText } from "../support/raw.ts";

// One test for each stage of the runtime that no other test of these folders would miss.

const TEXT = { schema: { type: "string" } };
const JSON_TYPE = { "Content-Type": "application/json" };
const echo: SmallHandler = ({ body }) => ({ status: 200, body: body ?? null });
const ifMatch = { name: "If-Match", in: "header", required: true, ...TEXT };
const ifNoneMatch = { name: "If-None-Match", in: "header", ...TEXT };

test("304 for the entity tag that a client has, where it is declared, without content and its coding", async (t) => {
  const success = { ...ANYTHING, headers: { ETag: TEXT, "Content-Encoding": TEXT } };
  const parameters = [ifNoneMatch];
  const app = await serveSmall(t, {
    paths: {
      "/declared": {
        get: operation("declared", { parameters, responses: { "200": success, "304": { description: "Same." } } }),
      },
      "/other": { get: operation("other", { parameters, responses: { "200": success } }) },
    },
    handlers: Object.fromEntries(
      ["declared", "other"].map((name) => [
        name,
        () => ({ status: 200, headers: { ETag: '"a"', "Content-Encoding": "identity" }, body: new Uint8Array([55]) }),
      ]),
    ),
  });
  const get = (path: string, tag: string) => app.request(path, { headers: { "If-None-Match": tag } });
  for (const tag of ['"a"', 'W/"a"', '"b", "a"', "*"]) {
    const current = await get("/declared", tag);
    t.is(current.status, 304, tag);
    t.is(current.headers.get("ETag"), '"a"');
    t.is(current.headers.get("Content-Encoding"), null);
    t.is(current.headers.get("Content-Type"), null);
  }
  const changed = await get("/declared", '"b"');
  t.deepEqual([changed.status, changed.headers.get("Content-Encoding")], [200, "identity"]);
  t.is((await get("/other", '"a"')).status, 200);
});

test("an error keeps the fields of earlier stages, sets no cookie, and is stored by nobody", async (t) => {
  const app = await serveSmall(t, {
    before: async (ctx, next) => {
      ctx.set({ "X-Request-Id": "1", "Set-Cookie": "early=1", "Cache-Control": "max-age=60" });
      await next();
    },
    paths: { "/": { get: operation("read") } },
    handlers: { read: () => ({ status: 299 }) },
  });
  for (const [path, status] of [
    ["/", 500],
    ["/?x=1", 400],
  ] as const) {
    const refused = await app.request(path);
    t.is(refused.status, status);
    t.is(refused.headers.get("X-Request-Id"), "1");
    t.deepEqual(refused.headers.getSetCookie(), []);
    t.is(refused.headers.get("Cache-Control"), "no-store");
  }
});

test("x-trusts-json-without-origin: JSON without a word of a browser counts as of this site, and nothing else does", async (t) => {
  const told: boolean[] = [];
  const security = [{ session: [] }];
  const requestBody = content({}, {}, ["application/json", "text/plain"]);
  const app = await serveSmall(t, {
    trustedOrigins: new Set(["https://friend.example"]),
    paths: {
      "/trusting": { post: operation("trusting", { security, requestBody, "x-trusts-json-without-origin": true }) },
      "/careful": { post: operation("careful", { security, requestBody }) },
    },
    securitySchemes: { session: { type: "apiKey", in: "cookie", name: "session" } },
    authenticators: {
      session: async (_, { sameOrigin }) => {
        told.push(sameOrigin);
        return { name: "ada" };
      },
    },
    handlers: { trusting: echo, careful: echo },
  });
  const send = async (path: string, type: string, ...fields: readonly string[]) => {
    const text = requestText(
      `POST ${path} HTTP/1.1`,
      ["Cookie: session=1", `Content-Type: ${type}`, ...fields, "Content-Length: 1"],
      "1",
    );
    const [answer] = await exchange(app.url, text);
    return answer?.status === 200 ? told.pop() : answer?.status;
  };
  t.is(await send("/trusting", "application/json"), true);
  t.is(await send("/trusting", "Application/JSON ; charset=utf-8"), true);
  t.is(await send("/careful", "application/json"), false);
  t.is(await send("/trusting", "text/plain"), false, "a form of any page can send that");
  t.is(await send("/trusting", "application/json", "Sec-Fetch-Site: none"), false);
  t.is(await send("/trusting", "application/json", "Sec-Fetch-Site: "), false);
  t.is(await send("/trusting", "application/json", "Origin: "), false);
  t.is(await send("/trusting", "application/json", "Sec-Fetch-Site: cross-site"), 403);
  t.is(await send("/careful", "application/json", "Origin: https://friend.example"), true);
  t.is(await send("/careful", "application/json", "Origin: https://stranger.example"), 403);
});

test("what the client takes and what it knows of the state are asked before a byte of content is read", async (t) => {
  const app = await serveSmall(t, {
    paths: {
      "/": {
        post: operation("write", {
          requestBody: content({}),
          parameters: [ifMatch],
          responses: { "412": PROBLEM, "428": PROBLEM },
        }),
      },
    },
    handlers: { write: echo },
  });
  const post = async (headers: object) =>
    (await app.request("/", { method: "POST", headers: { ...JSON_TYPE, ...headers }, body: "{" })).status;
  t.is(await post({ Accept: "text/csv" }), 406);
  t.is(await post({}), 428);
  t.is(await post({ "If-Match": "*" }), 400);
});

test("413 for content that is announced to be too long, without waiting for it, of every kind", async (t) => {
  const file = { type: "string", format: "binary" };
  const app = await serveSmall(t, {
    paths: {
      "/json": { post: operation("write", { requestBody: content({}) }) },
      "/file": { post: operation("keep", { requestBody: content(file, { required: true }, ["image/png"]) }) },
    },
    handlers: { write: echo, keep: echo },
  });
  for (const [path, type] of [
    ["/json", "application/json"],
    ["/file", "image/png"],
  ]) {
    const text = requestText(`POST ${path} HTTP/1.1`, [`Content-Type: ${type}`, "Content-Length: 1001"]);
    t.is((await exchange(app.url, text))[0]?.status, 413, path);
  }
});

test("415 for JSON that is sent as a form, where both are taken", async (t) => {
  const form = "application/x-www-form-urlencoded";
  const requestBody = content({ type: "object" }, { required: true }, ["application/json", form]);
  const app = await serveSmall(t, {
    paths: { "/": { post: operation("write", { requestBody }) } },
    handlers: { write: echo },
  });
  const post = (body: string) => app.request("/", { method: "POST", headers: { "Content-Type": form }, body });
  for (const text of ['{"a":1}', " [1]"]) t.is((await post(text)).status, 415, text);
  t.deepEqual(await json(await post("a=%7B")), { a: "{" });
});

test("what one handler writes into the parts of its request is in no other request", async (t) => {
  const parameters = [{ name: "q", in: "query", ...TEXT }];
  const app = await serveSmall(t, {
    paths: { "/": { get: operation("read", { parameters }) } },
    handlers: {
      read: ({ query }) => {
        const seen = { ...(query as object) };
        try {
          Object.assign(query as object, { planted: "here" });
        } catch {}
        return { status: 200, body: seen };
      },
    },
  });
  for (const _ of [1, 2, 3]) t.deepEqual(await json(await app.request("/?q=a")), { q: "a" });
});
