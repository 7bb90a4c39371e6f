import test from "ava";
import fc from "fast-check";
import { linkTo } from "../../../src/contract/declared/page-links.ts";
import { ContractFault } from "../../../src/contract/index.ts";
import { ANYTHING, json, type OperationParts, operation, serveSmall } from "../../support/contract/small-contract.ts";

const TEXT = { schema: { type: "string", maxLength: 500 } };
const with200 = (headers: object, parts: OperationParts = {}): OperationParts => ({
  ...parts,
  responses: { "200": { ...ANYTHING, headers }, ...parts.responses },
});

test("RateLimit: a success tells the state of its limits, the narrowest first, where it declares the fields", async (t) => {
  const allowances = [
    { policy: "hour", limit: 300, windowSeconds: 3_600, remaining: 299, resetSeconds: 3_599.2 },
    { policy: 'a "burst"', limit: 5, windowSeconds: 10, remaining: 0, resetSeconds: 3 },
  ];
  const answer = () => ({ status: 200, body: 1, allowances });
  const app = await serveSmall(t, {
    paths: {
      "/both": { get: operation("both", with200({ RateLimit: TEXT, "RateLimit-Policy": TEXT })) },
      "/one": { get: operation("one", with200({ RateLimit: TEXT })) },
      "/none": { get: operation("none") },
      "/unknown": { get: operation("unknown", with200({ RateLimit: TEXT, "RateLimit-Policy": TEXT })) },
    },
    handlers: { both: answer, one: answer, none: answer, unknown: () => ({ status: 200, body: 1, allowances: [] }) },
  });
  const fieldsOf = async (path: string) => {
    const { status, headers } = await app.request(path);
    t.is(status, 200);
    return [headers.get("RateLimit"), headers.get("RateLimit-Policy")];
  };
  const limit = '"a \\"burst\\"";r=0;t=3, "hour";r=299;t=3600';
  t.deepEqual(await fieldsOf("/both"), [limit, '"a \\"burst\\"";q=5;w=10, "hour";q=300;w=3600']);
  t.deepEqual(await fieldsOf("/one"), [limit, null]);
  t.deepEqual(await fieldsOf("/none"), [null, null]);
  t.deepEqual(await fieldsOf("/unknown"), [null, null]);
});

test("Link: leads to the other pages of a list, with the query that was sent", async (t) => {
  const query = (name: string) => ({ name, in: "query", schema: { type: "string" } });
  const parameters = [query("limit"), query("cursor"), query("word")];
  let pages: object | undefined;
  const app = await serveSmall(t, {
    paths: {
      "/things/{id}": {
        get: operation(
          "list",
          with200(
            { Link: TEXT },
            { parameters: [...parameters, { name: "id", in: "path", required: true, schema: { type: "string" } }] },
          ),
        ),
      },
    },
    handlers: { list: () => ({ status: 200, body: [], pages }) },
  });
  const link = async (path: string) => (await app.request(path)).headers.get("Link");
  t.is(await link("/things/1?limit=2"), null);
  pages = { next: { cursor: "a&b=c d" } };
  t.is(
    await link("/things/a%2Fb?limit=2&word=%C3%BC"),
    '</things/a%2Fb?limit=2&word=%C3%BC&cursor=a%26b%3Dc+d>; rel="next"',
  );
  pages = { first: { cursor: undefined }, next: undefined, prev: { cursor: "0" } };
  t.is(await link("/things/1?cursor=x"), '</things/1>; rel="first", </things/1?cursor=0>; rel="prev"');
});

test("Link: a page's own parameters come back from its address, whatever they are, below any base path", (t) => {
  const text = fc.string({ unit: "binary", maxLength: 20 }).map((each) => each.toWellFormed());
  fc.assert(
    fc.property(fc.dictionary(text, text, { maxKeys: 4 }), fc.dictionary(text, text, { maxKeys: 4 }), (sent, next) => {
      const querystring = String(new URLSearchParams(sent));
      const link = linkTo({ next }, { originalUrl: `/base/list?${querystring}`, querystring });
      const [, target = "", parameters] = /^<([!-;=?-~]+)>; (rel="next")$/.exec(link ?? "") ?? [];
      const url = new URL(target, "http://localhost/base/list");
      t.is(parameters, 'rel="next"');
      t.is(url.pathname, "/base/list");
      t.deepEqual(new Map(url.searchParams), new Map(Object.entries({ ...sent, ...next })));
    }),
    { numRuns: 200 },
  );
});

test("Prefer: return=minimal gets the declared 204, return=representation the content, and both are told", async (t) => {
  const applied = { "Preference-Applied": TEXT };
  const minimal = { description: "Done.", headers: { ...applied, ETag: TEXT } };
  const parameters = [{ name: "Prefer", in: "header", schema: { type: "string" } }];
  const app = await serveSmall(t, {
    paths: {
      "/": {
        put: operation(
          "put",
          with200({ ...applied, ETag: TEXT, "X-Of": TEXT }, { parameters, responses: { "204": minimal } }),
        ),
      },
      "/told": { put: operation("tell", with200(applied, { parameters })) },
      "/plain": { put: operation("plain") },
    },
    handlers: {
      put: () => ({ status: 200, headers: { ETag: '"1"', "X-Of": "content" }, body: { made: true } }),
      tell: () => ({ status: 200, body: 1 }),
      plain: () => ({ status: 200, body: 1 }),
    },
  });
  const put = (path: string, prefer?: string) =>
    app.request(path, { method: "PUT", headers: prefer === undefined ? {} : { Prefer: prefer } });
  for (const prefer of [
    "return=minimal",
    'respond-async, Return = "minimal"; a="b,c"',
    "return=minimal, return=representation",
  ]) {
    const answer = await put("/", prefer);
    t.is(answer.status, 204, prefer);
    t.is(answer.headers.get("Preference-Applied"), "return=minimal");
    t.is(answer.headers.get("ETag"), '"1"');
    t.is(answer.headers.get("X-Of"), null);
    t.is(answer.headers.get("Vary"), "Accept, Prefer");
    t.is(await answer.text(), "");
  }
  const whole = await put("/", "return=representation");
  t.is(whole.headers.get("Preference-Applied"), "return=representation");
  t.deepEqual(await json(whole), { made: true });
  for (const prefer of [
    undefined,
    "wait=5",
    "return",
    "return=Minimal",
    "returns=minimal",
    'x="a, return=minimal"',
    "return=minimalist",
    '"',
  ]) {
    const answer = await put("/", prefer);
    t.is(answer.status, 200, prefer);
    t.is(answer.headers.get("Preference-Applied"), null, prefer);
    t.deepEqual(await json(answer), { made: true });
  }
  t.is((await put("/told", "return=minimal")).status, 200, "where no 204 is declared");
  const plain = await put("/plain", "return=minimal");
  t.deepEqual([plain.status, plain.headers.get("Vary")], [200, null]);
});

test("a Prefer that cannot be heeded as declared is refused at the start", async (t) => {
  const start = (parameter: object, responses: Record<string, unknown> = { "204": { description: "Done." } }) =>
    serveSmall(t, {
      paths: {
        "/": {
          put: operation("put", {
            parameters: [{ name: "prefer", in: "header", schema: { type: "string" }, ...parameter }],
            responses,
          }),
        },
      },
      handlers: { put: () => ({ status: 204 }) },
    });
  for (const [phrase, starting] of [
    ["requires Prefer, which a client may leave out (RFC 7240 §2)", start({ required: true })],
    [
      "refuses preferences by the schema of Prefer; unknown ones are ignored (RFC 7240 §2)",
      start({ schema: { type: "string", enum: ["return=minimal"] } }),
    ],
    ["takes Prefer and heeds none: it declares neither a 204 nor Preference-Applied", start({}, {})],
  ] as const) {
    const error = await t.throwsAsync(starting, { instanceOf: ContractFault });
    t.deepEqual(error?.findings, [`operation put ${phrase}`]);
  }
});

test("Accept-Query: answers of a path with a QUERY tell it where they declare the field", async (t) => {
  const schema = { type: "string" };
  const requestBody = { required: true, "x-max-bytes": 100, content: { "application/json": { schema } } };
  const app = await serveSmall(t, {
    root: { openapi: "3.2.0" },
    paths: {
      "/": { get: operation("read", with200({ "Accept-Query": TEXT })), query: operation("search", { requestBody }) },
      "/plain": { get: operation("plain", with200({ "Accept-Query": TEXT })) },
    },
    handlers: Object.fromEntries(["read", "search", "plain"].map((id) => [id, () => ({ status: 200, body: 1 })])),
  });
  t.is((await app.request("/")).headers.get("Accept-Query"), "application/json");
  t.is((await app.request("/plain")).headers.get("Accept-Query"), null);
});
