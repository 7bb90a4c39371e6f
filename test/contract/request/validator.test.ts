import test from "ava";
import fc from "fast-check";
import {
  content,
  json,
  operation,
  type SmallApp,
  type SmallHandler,
  serveSmall,
} from "../../support/contract/small-contract.ts";

/** A handler that answers with its request, so that a test sees how the runtime has read the wire. */
const echo: SmallHandler = ({ query, path, header, cookie, body }) => ({
  status: 200,
  body: { query, path, header, cookie, body: body === undefined ? "nothing" : body },
});

function parameter(name: string, schema: object, members: object = {}) {
  return { name, in: "query", schema, ...members };
}

/** Counts the functions that are made of text while `work` runs: a validator is compiled by nothing else. */
async function compilationsDuring(work: () => Promise<void>): Promise<number> {
  let count = 0;
  const { Function: real } = globalThis;
  globalThis.Function = new Proxy(real, {
    construct: (target, texts, newTarget) => {
      count += 1;
      return Reflect.construct(target, texts, newTarget);
    },
  });
  try {
    await work();
  } finally {
    globalThis.Function = real;
  }
  return count;
}

const FLOODED = {
  "/read": { get: operation("read", { parameters: [parameter("n", { type: "integer" })] }) },
  "/write": { post: operation("write", { requestBody: content({ type: "object" }) }) },
};

test.serial("a start compiles validators, and requests with any content types compile no more of them", async (t) => {
  let app: SmallApp | undefined;
  const start = await compilationsDuring(async () => {
    app = await serveSmall(t, { paths: FLOODED, handlers: { read: echo, write: echo } });
  });
  t.true(start >= 4, "this is where they would show");
  // The parser of content is loaded with the first content, and compiles something of its own.
  await app?.request("/write", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
  const flood = await compilationsDuring(async () => {
    for (let index = 0; index < 300; index += 1) {
      for (const type of [`a/b; x=${index}`, `application/json; x=${index}`, `application/x${index}`]) {
        const headers = { "Content-Type": type };
        t.is((await app?.request("/read", { headers }))?.status, 200);
        const written = await app?.request("/write", { method: "POST", headers, body: "{}" });
        t.is(written?.status, type.startsWith("application/json") ? 200 : 415);
        await written?.arrayBuffer();
      }
    }
  });
  t.is(flood, 0);
});

test("a header parameter cannot carry the client's content type to the validator", async (t) => {
  await t.throwsAsync(
    serveSmall(t, {
      paths: {
        "/read": {
          get: operation("read", { parameters: [parameter("Content-Type", { type: "string" }, { in: "header" })] }),
        },
      },
      handlers: { read: echo },
    }),
    { message: /parameter Content-Type is no parameter/ },
  );
});

test("reserved characters stand raw in a query", async (t) => {
  const app = await serveSmall(t, {
    paths: { "/": { get: operation("search", { parameters: [parameter("q", { type: "string" })] }) } },
    handlers: { search: echo },
  });
  for (const [raw, meant] of [
    [":/?@!$'()*,;", ":/?@!$'()*,;"],
    ["a+b", "a b"],
    ["a%2Bb", "a+b"],
    ["a=b", "a=b"],
    ["%F0%9F%8D%80", "🍀"],
    ["x%26y%3Dz", "x&y=z"],
    ["{}[]", "{}[]"],
    ["1e3", "1e3"],
    ['{"a":1}', '{"a":1}'],
    ["null", "null"],
  ]) {
    const response = await app.request(`/?q=${raw}`);
    t.is(response.status, 200, raw);
    t.deepEqual((await json(response)).query, { q: meant }, raw);
  }
});

test("any text comes through a query parameter as it was sent", async (t) => {
  const app = await serveSmall(t, {
    paths: {
      "/": { get: operation("search", { parameters: [parameter("q", { $ref: "#/components/schemas/Text" })] }) },
    },
    schemas: { Text: { type: "string" } },
    handlers: { search: echo },
  });
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), async (text) => {
      const well = text.toWellFormed();
      const response = await app.request(`/?${new URLSearchParams({ q: well })}`);
      t.deepEqual((await json(response)).query, { q: well });
    }),
    { numRuns: 150 },
  );
});

test("brackets in a query are letters: nothing is injected into other parameters", async (t) => {
  const parameters = [parameter("filter", { type: "string" })];
  const app = await serveSmall(t, {
    paths: {
      "/strict": { get: operation("strict", { parameters }) },
      "/open": { get: operation("open", { parameters, "x-eov-allow-unknown-query-parameters": true }) },
    },
    handlers: { strict: echo, open: echo },
  });
  for (const query of [
    "filter[a]=x%26y",
    "filter[a]=x%26filter=z",
    "filter[]=x",
    "x[filter]=y",
    "__proto__[filter]=x",
    "toString[filter]=x",
    "__proto__=x",
    "constructor=x",
  ]) {
    const refused = await app.request(`/strict?${query}`);
    t.is(refused.status, 400, query);
    t.is((await json(refused)).errors[0].detail, "is not a parameter of this operation");
    const passed = await app.request(`/open?${query}`);
    t.is(passed.status, 200, query);
    t.deepEqual((await json(passed)).query, {}, query);
    const both = await app.request(`/open?filter=mine&${query}`);
    t.deepEqual((await json(both)).query, { filter: "mine" }, query);
  }
});

test("a parameter that is given twice is refused, and a list takes both", async (t) => {
  const app = await serveSmall(t, {
    paths: {
      "/one": { get: operation("one", { parameters: [parameter("n", { type: "integer" })] }) },
      "/many": {
        get: operation("many", {
          parameters: [parameter("n", { type: "array", items: { type: "integer" }, maxItems: 2 })],
        }),
      },
    },
    handlers: { one: echo, many: echo },
  });
  t.is((await app.request("/one?n=1&n=2")).status, 400);
  t.is((await app.request("/one?n=1&n=1")).status, 400);
  t.deepEqual((await json(await app.request("/many?n=1&n=2"))).query, { n: [1, 2] });
  t.deepEqual((await json(await app.request("/many?n=1"))).query, { n: [1] });
  t.is((await app.request("/many?n=1&n=2&n=3")).status, 400);
  t.is((await app.request("/many?n=1&n=0x10")).status, 400);
});

/** Spellings of numbers that a conversion by the language itself would let pass. */
const ODD_INTEGERS = [
  "0x10",
  "1e3",
  " 7",
  "7 ",
  "+7",
  "07",
  "7.0",
  "7.",
  "--7",
  "٧",
  "７",
  "1_000",
  "Infinity",
  "NaN",
  "",
  "true",
  "null",
];

test("an integer has one spelling, in a query, a path, a header and a cookie", async (t) => {
  const schema = { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
  const app = await serveSmall(t, {
    paths: {
      "/query": { get: operation("inQuery", { parameters: [parameter("n", schema, { required: true })] }) },
      "/path/{n}": {
        get: operation("inPath", { parameters: [parameter("n", schema, { in: "path", required: true })] }),
      },
      "/header": { get: operation("inHeader", { parameters: [parameter("X-N", schema, { in: "header" })] }) },
      "/cookie": { get: operation("inCookie", { parameters: [parameter("n", schema, { in: "cookie" })] }) },
    },
    handlers: { inQuery: echo, inPath: echo, inHeader: echo, inCookie: echo },
  });
  const ask = async (text: string) => {
    const encoded = encodeURIComponent(text);
    const header = /^[\x21-\x7e]+$/.test(text) ? text : "x";
    const responses = await Promise.all([
      app.request(`/query?n=${encoded}`),
      ...(encoded === "" ? [] : [app.request(`/path/${encoded}`)]),
      app.request("/header", { headers: { "X-N": header } }),
      app.request("/cookie", { headers: { Cookie: `n=${header}` } }),
    ]);
    return responses.map(({ status }) => status);
  };
  for (const text of [...ODD_INTEGERS, "-1", "9007199254740992", "9223372036854775808", "1".repeat(400)]) {
    for (const status of await ask(text)) t.is(status, 400, text);
  }
  for (const text of ["0", "7", "2147483648", "9007199254740991"]) {
    for (const status of await ask(text)) t.is(status, 200, text);
  }
  t.deepEqual((await json(await app.request("/path/42"))).path, { n: 42 });
  t.deepEqual((await json(await app.request("/header", { headers: { "X-N": "42" } }))).header, { "x-n": 42 });
  t.deepEqual((await json(await app.request("/cookie", { headers: { Cookie: "n=42" } }))).cookie, { n: 42 });
});

test("a cookie that is declared with x-cookie-prefix is read under its prefix where there is one, any other one by its name", async (t) => {
  const own = {
    ...parameter("mark", { type: "string", maxLength: 5 }, { in: "cookie" }),
    "x-cookie-prefix": "__Host-",
  };
  const app = await serveSmall(t, {
    paths: {
      "/": { get: operation("read", { parameters: [own, parameter("taste", { type: "string" }, { in: "cookie" })] }) },
    },
    handlers: { read: echo },
    cookiePrefix: (ctx) => (ctx.get("X-Test-Secure") === "1" ? "__Host-" : ""),
  });
  const read = async (cookie: string, secure: string) => {
    const response = await app.request("/", { headers: { Cookie: cookie, "X-Test-Secure": secure } });
    return response.status === 200 ? (await json(response)).cookie : response.status;
  };
  const both = "mark=a; __Host-mark=b; taste=c; __Host-taste=d";
  t.deepEqual(await read(both, "0"), { mark: "a", taste: "c" });
  t.deepEqual(await read(both, "1"), { mark: "b", taste: "c" });
  t.deepEqual(await read("mark=planted", "1"), {});
  t.is(await read("mark=abcdef", "0"), 400);
  t.deepEqual(await read("mark=abcdef", "1"), {});
});

test("required parameters are required wherever they stand, cookies among them", async (t) => {
  const parameters = ["query", "header", "cookie"].map((where) =>
    parameter(`in-${where}`, { type: "string" }, { in: where, required: true }),
  );
  const app = await serveSmall(t, {
    paths: { "/": { get: operation("read", { parameters }) } },
    handlers: { read: echo },
  });
  const refused = await app.request("/");
  t.is(refused.status, 400);
  const { errors } = await json(refused);
  t.deepEqual(errors.map((error: { parameter: string }) => error.parameter).toSorted(), [
    "in-cookie",
    "in-header",
    "in-query",
  ]);
  const passed = await app.request("/?in-query=a", { headers: { "In-Header": "b", Cookie: "in-cookie=c" } });
  t.deepEqual(await json(passed), {
    query: { "in-query": "a" },
    path: {},
    header: { "in-header": "b" },
    cookie: { "in-cookie": "c" },
    body: "nothing",
  });
});

test("a default is filled in, and an absent optional parameter is absent", async (t) => {
  const parameters = [parameter("limit", { type: "integer", default: 20 }), parameter("cursor", { type: "string" })];
  const app = await serveSmall(t, {
    paths: { "/": { get: operation("list", { parameters }) } },
    handlers: { list: echo },
  });
  t.deepEqual((await json(await app.request("/"))).query, { limit: 20 });
});

test("all faults of a request are told at once, unknown parameters among them", async (t) => {
  const parameters = [parameter("a", { type: "integer" }), parameter("b", { type: "boolean" })];
  const app = await serveSmall(t, {
    paths: { "/": { get: operation("list", { parameters }) } },
    handlers: { list: echo },
  });
  const { errors } = await json(await app.request("/?a=x&b=y&c=z"));
  t.deepEqual(errors.map((error: { parameter: string }) => error.parameter).toSorted(), ["a", "b", "c"]);
});

test("names that a client makes up are told back only when they are short and printable", async (t) => {
  const app = await serveSmall(t, {
    paths: {
      "/": {
        post: operation("write", {
          requestBody: content(
            { type: "object", additionalProperties: false },
            { required: true, "x-max-bytes": 9_000 },
          ),
        }),
      },
    },
    handlers: { write: echo },
  });
  for (const name of ["", "x".repeat(101), "a\nb", "a\u2028b", "\u0000", "\u202e"]) {
    const query = await json(
      await app.request(`/?${new URLSearchParams({ [name]: "1" })}`, {
        method: "POST",
        body: "{}",
        headers: { "Content-Type": "application/json" },
      }),
    );
    t.deepEqual(query.errors, [{ detail: "A parameter is not a parameter of this operation." }], JSON.stringify(name));
    const body = JSON.stringify({ [`x${name}`]: 1 });
    const { errors } = await json(
      await app.request("/", { method: "POST", body, headers: { "Content-Type": "application/json" } }),
    );
    t.is(errors.length, 1);
    if (name !== "") t.is(errors[0].pointer, "", JSON.stringify(name));
  }
});

test("a pointer to a member that is unknown or missing is escaped, whatever its name", async (t) => {
  const inner = { type: "object", required: ["r/s~t"], properties: { "r/s~t": {} }, additionalProperties: false };
  const schema = {
    type: "object",
    properties: { "p/q~": { type: "integer" }, in: inner, "in/x": inner, list: { type: "array", items: inner } },
    additionalProperties: false,
  };
  const app = await serveSmall(t, {
    paths: { "/": { post: operation("write", { requestBody: content(schema) }) } },
    handlers: { write: echo },
  });
  const member = { "r/s~t": 1 };
  for (const [body, ...pointers] of [
    [{ "a/b~c": 1 }, "/a~1b~0c"],
    [{ "~1": 1 }, "/~01"],
    [{ "p/q~": "x" }, "/p~1q~0"],
    [{ in: {} }, "/in/r~1s~0t"],
    [{ in: { ...member, "a/b": 1 } }, "/in/a~1b"],
    [{ in: member, "in/b": 1 }, "/in~1b"],
    [{ "in/x": { ...member, a: 1 } }, "/in~1x/a"],
    [{ "in/x": {} }, "/in~1x/r~1s~0t"],
    [{ list: [member, { ...member, "/": 1 }, {}] }, "/list/1/~1", "/list/2/r~1s~0t"],
  ] as const) {
    const headers = { "Content-Type": "application/json" };
    const response = await app.request("/", { method: "POST", headers, body: JSON.stringify(body) });
    const { errors } = await json(response);
    t.deepEqual(errors.map(({ pointer }: { pointer: string }) => pointer).toSorted(), pointers, JSON.stringify(body));
  }
});

test("a document of 3.1: null is a type among others, in bodies and in answers", async (t) => {
  const schema = {
    type: "object",
    required: ["at"],
    properties: { at: { type: ["string", "null"], format: "date-time" } },
  };
  const app = await serveSmall(t, {
    paths: {
      "/": {
        post: operation("write", {
          requestBody: content({ $ref: "#/components/schemas/When" }),
          responses: {
            "200": {
              description: "It.",
              content: { "application/json": { schema: { $ref: "#/components/schemas/When" } } },
            },
          },
        }),
      },
    },
    schemas: { When: schema },
    handlers: { write: ({ body }) => ({ status: 200, body }) },
  });
  const send = (body: unknown) =>
    app.request("/", { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  t.is((await send({ at: null })).status, 200);
  t.is((await send({ at: "2026-01-31T12:00:00Z" })).status, 200);
  t.is((await send({ at: "yesterday" })).status, 400);
  t.is((await send({ at: 1 })).status, 400);
  t.is((await send({})).status, 400);
});

for (const [what, schema] of [
  ["`nullable` without a type", { nullable: true }],
  ["a pattern that is no regular expression", { type: "string", pattern: "[" }],
] as const) {
  test(`${what} stops the start, not a user's request`, async (t) => {
    const paths = { "/": { get: operation("list", { parameters: [parameter("q", schema)] }) } };
    await t.throwsAsync(serveSmall(t, { paths, handlers: { list: echo } }), { name: "ContractFault" });
  });
}

test("an empty header is there, and no request gets the headers of another one", async (t) => {
  const parameters = ["x-a", "x-b"].map((name) => parameter(name, { type: "string" }, { in: "header" }));
  const app = await serveSmall(t, {
    paths: { "/": { get: operation("read", { parameters }) } },
    handlers: { read: echo },
  });
  for (const name of ["x-a", "x-b"]) {
    const { header } = await json(await app.request("/", { headers: { [name]: "" } }));
    t.deepEqual(header, { [name]: "" });
  }
});

test("a request's object is not shared with the next request", async (t) => {
  const seen: unknown[] = [];
  const parameters = [parameter("a", { type: "integer", default: 1 })];
  const app = await serveSmall(t, {
    paths: {
      "/{id}": {
        get: operation("read", {
          parameters: [...parameters, parameter("id", { type: "integer" }, { in: "path", required: true })],
        }),
      },
    },
    handlers: {
      read: ({ query, path }) => {
        seen.push(query, path);
        return { status: 200, body: { query, path } };
      },
    },
  });
  const [one, other] = await Promise.all([app.request("/1?a=5"), app.request("/2")]);
  t.deepEqual(await json(one), { query: { a: 5 }, path: { id: 1 } });
  t.deepEqual(await json(other), { query: { a: 1 }, path: { id: 2 } });
  t.is(new Set(seen).size, 4);
});

test("a shared parameter named `example` takes reserved characters like any other", async (t) => {
  const app = await serveSmall(t, {
    paths: { "/": { get: operation("search", { parameters: [{ $ref: "#/components/parameters/example" }] }) } },
    root: { components: { parameters: { example: parameter("q", { type: "string" }) } } },
    handlers: { search: echo },
  });
  const response = await app.request("/?q=:/?@");
  t.is(response.status, 200);
  t.deepEqual((await json(response)).query, { q: ":/?@" });
});

test("shared content named `example` may be missing where it is not required", async (t) => {
  const app = await serveSmall(t, {
    paths: { "/": { post: operation("write", { requestBody: { $ref: "#/components/requestBodies/example" } }) } },
    root: { components: { requestBodies: { example: content({ type: "object" }, {}) } } },
    handlers: { write: echo },
  });
  t.is((await app.request("/", { method: "POST" })).status, 200);
});

test("properties named `content` and `required` in shared content are properties like any other", async (t) => {
  const schema = { type: "object", properties: { content: { type: "object" } } };
  const app = await serveSmall(t, {
    paths: { "/": { post: operation("write", { requestBody: { $ref: "#/components/requestBodies/It" } }) } },
    root: { components: { requestBodies: { It: content(schema) } } },
    handlers: { write: echo },
  });
  const body = { content: {}, required: true };
  const headers = { "Content-Type": "application/json" };
  const response = await app.request("/", { method: "POST", headers, body: JSON.stringify(body) });
  t.is(response.status, 200);
  t.deepEqual((await json(response)).body, body);
});

test("a constant that looks like a parameter is not changed", async (t) => {
  const constant = { name: "q", in: "query" };
  const app = await serveSmall(t, {
    paths: { "/": { post: operation("write", { requestBody: content({ const: constant }) }) } },
    handlers: { write: echo },
  });
  const headers = { "Content-Type": "application/json" };
  t.is((await app.request("/", { method: "POST", headers, body: JSON.stringify(constant) })).status, 200);
});

test("a discriminator's value named `$ref` is no reference", async (t) => {
  const schema = {
    type: "object",
    oneOf: [{ $ref: "#/components/schemas/It" }],
    discriminator: { propertyName: "kind", mapping: { $ref: "#/components/schemas/It" } },
  };
  const app = await serveSmall(t, {
    paths: { "/": { post: operation("write", { requestBody: content({ properties: { it: schema } }) }) } },
    schemas: { It: { type: "object", properties: { kind: { type: "string" } } } },
    handlers: { write: echo },
  });
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ it: { kind: "$ref" } });
  t.is((await app.request("/", { method: "POST", headers, body })).status, 200);
});

test("a webhook may refer to a component to which no request refers", async (t) => {
  const app = await serveSmall(t, {
    paths: { "/": { get: operation("read") } },
    schemas: { Event: { type: "object" } },
    root: { webhooks: { changed: { post: { requestBody: content({ $ref: "#/components/schemas/Event" }) } } } },
    handlers: { read: echo },
  });
  t.is((await app.request("/")).status, 200);
});
