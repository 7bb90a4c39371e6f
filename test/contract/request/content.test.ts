import { gzipSync } from "node:zlib";
import test from "ava";
import fc from "fast-check";
import { content, json, operation, type SmallHandler, serveSmall } from "../../support/contract/small-contract.ts";
import { exchange, requestText } from "../../support/raw.ts";

const echo: SmallHandler = ({ body }) => ({ status: 200, body: { body: body === undefined ? "nothing" : body } });

const JSON_TYPE = { "Content-Type": "application/json" };
const FORM_TYPE = { "Content-Type": "application/x-www-form-urlencoded" };

function taking(schema: unknown, members: object = { required: true }, mediaTypes?: string[]) {
  return {
    paths: { "/": { post: operation("write", { requestBody: content(schema, members, mediaTypes) }) } },
    handlers: { write: echo },
  };
}

/** No content, in all the ways in which there can be none. */
const EMPTY = [
  ["no fields", []],
  ["a length of 0", ["Content-Length: 0"]],
  ["a length of 00", ["Content-Length: 00"]],
  ["a length of 0 and a type", ["Content-Type: application/json", "Content-Length: 0"]],
  ["an empty chunk", ["Content-Type: application/json", "Transfer-Encoding: chunked"]],
] as const;

for (const [what, schema] of [
  ["an object", { type: "object", required: ["a"] }],
  ["a free object", { type: "object" }],
  ["a list", { type: "array", items: {} }],
  ["a string", { type: "string" }],
  ["anything", {}],
] as const) {
  test(`required content of ${what} is required, however its absence is written`, async (t) => {
    const app = await serveSmall(t, taking(schema));
    for (const [how, fields] of EMPTY) {
      const chunk = fields.at(-1) === "Transfer-Encoding: chunked" ? "0\r\n\r\n" : "";
      const [answer] = await exchange(app.url, requestText("POST / HTTP/1.1", fields, chunk));
      t.is(answer?.status, 400, how);
      t.is(JSON.parse(answer?.body ?? "{}").detail, "The request has no content; this operation needs some.", how);
    }
    const compressed = await app.request("/", {
      method: "POST",
      headers: { ...JSON_TYPE, "Content-Encoding": "gzip" },
      body: gzipSync(""),
    });
    t.is(compressed.status, 400);
  });
}

test("an empty form is no content", async (t) => {
  const app = await serveSmall(t, taking({ type: "object" }, { required: true }, [FORM_TYPE["Content-Type"]]));
  const fields = [`Content-Type: ${FORM_TYPE["Content-Type"]}`, "Transfer-Encoding: chunked"];
  const [answer] = await exchange(app.url, requestText("POST / HTTP/1.1", fields, "0\r\n\r\n"));
  t.is(answer?.status, 400);
});

for (const members of [{}, { required: false }]) {
  test(`optional content may be missing, with or without a type (${JSON.stringify(members)})`, async (t) => {
    const app = await serveSmall(t, taking({ type: "object", required: ["a"] }, members));
    for (const [how, fields] of EMPTY) {
      const chunk = fields.at(-1) === "Transfer-Encoding: chunked" ? "0\r\n\r\n" : "";
      const [answer] = await exchange(app.url, requestText("POST / HTTP/1.1", fields, chunk));
      t.is(answer?.status, 200, how);
      t.deepEqual(JSON.parse(answer?.body ?? ""), { body: "nothing" }, how);
    }
    t.is((await app.request("/", { method: "POST", headers: JSON_TYPE, body: "{}" })).status, 400);
    t.is((await app.request("/", { method: "POST", headers: JSON_TYPE, body: '{"a":1}' })).status, 200);
    t.is((await app.request("/", { method: "POST", body: "a" })).status, 415);
  });
}

test("content that the contract does not mention is not read", async (t) => {
  const app = await serveSmall(t, { paths: { "/": { post: operation("write") } }, handlers: { write: echo } });
  for (const headers of [JSON_TYPE, FORM_TYPE, { "Content-Type": "text/plain" }]) {
    const response = await app.request("/", { method: "POST", headers, body: "{not json" });
    t.is(response.status, 200);
    t.deepEqual(await json(response), { body: "nothing" });
  }
});

test("400 for a number that no double holds, wherever JSON stands, and for no text that looks like one", async (t) => {
  const FORM = FORM_TYPE["Content-Type"];
  const anything = { type: "object", additionalProperties: true };
  const json31 = {
    "application/json": { schema: {} },
    [FORM]: { schema: { type: "object", properties: { o: anything } } },
  };
  const body = { required: true, "x-max-bytes": 5_000, content: json31 };
  const parameters = [{ name: "where", in: "query", content: { "application/json": { schema: {} } } }];
  const app = await serveSmall(t, {
    paths: { "/": { post: operation("write", { requestBody: body, parameters }) } },
    handlers: { write: echo },
  });
  const send = async (text: string) => [
    await app.request("/", { method: "POST", headers: JSON_TYPE, body: text }),
    await app.request("/", { method: "POST", headers: FORM_TYPE, body: new URLSearchParams({ o: `{"n":${text}}` }) }),
    await app.request(`/?where=${encodeURIComponent(text)}`, { method: "POST", headers: JSON_TYPE, body: "{}" }),
  ];
  const zeros = "0".repeat(309);
  for (const number of [
    "1e400",
    "-1E+400",
    "10.5e308",
    `1${zeros}`,
    `1${zeros.slice(5)}e5`,
    `-1${zeros.slice(50)}e50`,
  ]) {
    for (const text of [number, `[[1, ${number}]]`, `{"a": {"é": ${number}}}`]) {
      t.deepEqual(
        (await send(text)).map(({ status }) => status),
        [400, 400, 400],
        text,
      );
    }
  }
  for (const text of ["1e308", "-1.5E-400", `"1e400"`, `{"1e400": ["1${zeros}", 5e3]}`, `0.${zeros}1`]) {
    t.deepEqual(
      (await send(text)).map(({ status }) => status),
      [200, 200, 200],
      text,
    );
  }
});

test("any JSON value comes through as it was sent", async (t) => {
  const app = await serveSmall(t, taking({}, { required: true, "x-max-bytes": 1_000_000 }));
  await fc.assert(
    fc.asyncProperty(fc.json({ noUnicodeString: false }), async (text) => {
      if (text.includes("__proto__")) return;
      const response = await app.request("/", { method: "POST", headers: JSON_TYPE, body: text });
      t.is(response.status, 200);
      t.deepEqual((await json(response)).body, JSON.parse(text));
    }),
    { numRuns: 150 },
  );
});

test("any form comes through field by field, whatever brackets and dots its names have", async (t) => {
  const app = await serveSmall(
    t,
    taking({ type: "object" }, { required: true, "x-max-bytes": 1_000_000 }, [FORM_TYPE["Content-Type"]]),
  );
  const name = fc.oneof(
    fc.constantFrom("a[b]", "a.b", "a[]", "[a]", "toString", "hasOwnProperty"),
    fc.string({ minLength: 1 }),
  );
  const fields = fc.dictionary(name, fc.string(), { minKeys: 1, noNullPrototype: true });
  await fc.assert(
    fc.asyncProperty(fields, async (form) => {
      if (Object.hasOwn(form, "__proto__")) return;
      const response = await app.request("/", {
        method: "POST",
        headers: FORM_TYPE,
        body: String(new URLSearchParams(form)),
      });
      t.is(response.status, 200);
      t.deepEqual((await json(response)).body, { ...form });
    }),
    { numRuns: 150 },
  );
});

test("prototypes are out of reach of content", async (t) => {
  const app = await serveSmall(t, taking({ type: "object" }));
  const send = (headers: Record<string, string>, body: string) => app.request("/", { method: "POST", headers, body });
  for (const text of [
    '{"__proto__":{"admin":true}}',
    '{"a":{"__proto__":{"admin":true}}}',
    '{"__proto__":1}',
    String.raw`{"\u005f\u005fproto__":{"admin":true}}`,
  ]) {
    t.is((await send(JSON_TYPE, text)).status, 400, text);
  }
  t.is((await send(JSON_TYPE, '{"constructor":{"prototype":{"admin":true}}}')).status, 200);
  t.is(({} as { admin?: boolean }).admin, undefined);
});

test("media types do not care for case, nor for their parameters", async (t) => {
  const app = await serveSmall(t, taking({ type: "object" }));
  for (const type of [
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    'application/json;charset="UTF-8"',
    "application/json ; charset=us-ascii",
    "application/json; x=y",
  ]) {
    t.is((await app.request("/", { method: "POST", headers: { "Content-Type": type }, body: "{}" })).status, 200, type);
  }
});

test("415 for content of another type, charset or coding, with the media types that are taken", async (t) => {
  const app = await serveSmall(
    t,
    taking({ type: "object" }, { required: true }, ["application/json", "application/merge-patch+json"]),
  );
  for (const headers of [
    { "Content-Type": "text/plain" },
    { "Content-Type": "application/jsonp" },
    { "Content-Type": "application/vnd.api+json" },
    { "Content-Type": "application/*" },
    { "Content-Type": "*/*" },
    { "Content-Type": "json" },
    { "Content-Type": "multipart/form-data; boundary=x" },
    { "Content-Type": "application/x-www-form-urlencoded" },
    { "Content-Type": "application/json; charset=utf-16" },
    { "Content-Type": "application/json; charset=latin1" },
    { "Content-Type": "application/json; charset=nonsense" },
    { "Content-Type": "application/json, text/plain" },
    { ...JSON_TYPE, "Content-Encoding": "compress" },
    { ...JSON_TYPE, "Content-Encoding": "gzip, gzip" },
  ]) {
    const response = await app.request("/", { method: "POST", headers, body: "{}" });
    t.is(response.status, 415, JSON.stringify(headers));
    if (!("Content-Encoding" in headers))
      t.is(response.headers.get("Accept"), "application/json, application/merge-patch+json");
  }
  const untyped = await exchange(app.url, requestText("POST / HTTP/1.1", ["Content-Length: 2"], "{}"));
  t.is(untyped[0]?.status, 415);
});

test("400 for content that cannot be parsed, and none of it is told", async (t) => {
  const app = await serveSmall(t, taking({}));
  const bodies: string[] = ["{", "{]", "nul", "{'a':1}", '{"a":1,}', "[1,2", "\u0000", "[NaN]", '"hunter2', "01"];
  for (const body of bodies) {
    const response = await app.request("/", { method: "POST", headers: JSON_TYPE, body });
    t.is(response.status, 400, String(body));
    t.deepEqual((await json(response)).errors, [{ pointer: "", detail: "The content cannot be parsed." }]);
  }
  for (const coding of ["gzip", "deflate", "br"]) {
    const headers = { ...JSON_TYPE, "Content-Encoding": coding };
    t.is((await app.request("/", { method: "POST", headers, body: "{}" })).status, 400, coding);
  }
  t.deepEqual(app.faults, []);
});

test("400 for bytes that are not UTF-8, in JSON and in forms", async (t) => {
  const mediaTypes = [JSON_TYPE["Content-Type"], FORM_TYPE["Content-Type"]];
  const app = await serveSmall(t, taking({ type: "object" }, { required: true }, mediaTypes));
  const send = (headers: Record<string, string>, before: string, bytes: readonly number[], after: string) => {
    const body = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
    return app.request("/", { method: "POST", headers, body });
  };
  for (const bytes of [
    [0xff, 0xfe, 0xfd],
    [0x80],
    [0xc3],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
  ]) {
    for (const response of [
      await send(JSON_TYPE, '{"a":"b', bytes, 'c"}'),
      await send(JSON_TYPE, '{"b', bytes, '":1}'),
      await send(FORM_TYPE, "a=b", bytes, "c"),
    ]) {
      t.is(response.status, 400, bytes.join());
      t.deepEqual((await json(response)).errors, [{ pointer: "", detail: "The content is not UTF-8." }]);
    }
  }
  const text = "é\u00ff\ufffd\u{1f44f}";
  const bytes = [...Buffer.from(text)];
  t.deepEqual((await json(await send(JSON_TYPE, '{"a":"', bytes, '"}'))).body, { a: text });
  t.deepEqual((await json(await send(FORM_TYPE, "a=", bytes, ""))).body, { a: text });
});

test("a byte order mark is refused before JSON, and is a letter in a form", async (t) => {
  const mediaTypes = [JSON_TYPE["Content-Type"], FORM_TYPE["Content-Type"]];
  const app = await serveSmall(t, taking({ type: "object" }, { required: true }, mediaTypes));
  const send = (headers: Record<string, string>, body: string) => app.request("/", { method: "POST", headers, body });
  t.is((await send(JSON_TYPE, '\ufeff{"a":1}')).status, 400);
  t.deepEqual((await json(await send(FORM_TYPE, "\ufeffa=1"))).body, { "\ufeffa": "1" });
});

test("content is read up to its limit and no byte further", async (t) => {
  const app = await serveSmall(t, taking({ type: "string" }));
  const text = (bytes: number) => JSON.stringify("x".repeat(bytes - 2));
  const send = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    app.request("/", { method: "POST", headers: { ...JSON_TYPE, ...headers }, body });
  t.is((await send(text(1_000))).status, 200);
  t.is((await send(text(1_001))).status, 413);
  t.is((await send(gzipSync(text(1_000)), { "Content-Encoding": "gzip" })).status, 200);
  t.is((await send(gzipSync(text(1_001)), { "Content-Encoding": "gzip" })).status, 413);
  // A megabyte in a kilobyte.
  const bomb = gzipSync(Buffer.alloc(900_000, 0x20));
  t.true(bomb.length < 1_000);
  t.is((await send(bomb, { "Content-Encoding": "gzip" })).status, 413);
  const chunked = `3e8\r\n${text(1_000)}\r\n`;
  const fields = ["Content-Type: application/json", "Transfer-Encoding: chunked"];
  const [whole] = await exchange(app.url, requestText("POST / HTTP/1.1", fields, `${chunked}0\r\n\r\n`));
  t.is(whole?.status, 200);
  // It is refused when it is too long, not when it ends: it never does.
  const [endless] = await exchange(app.url, requestText("POST / HTTP/1.1", fields, `${chunked}1\r\nx\r\n`));
  t.is(endless?.status, 413);
  t.is(endless?.headers.get("Connection"), "close");
});

test("numbers in content stay numbers, and infinity is none", async (t) => {
  const schema = { type: "object", properties: { n: { type: "integer", maximum: 9_007_199_254_740_991 } } };
  const app = await serveSmall(t, taking(schema));
  for (const [text, status] of [
    ['{"n":1}', 200],
    ['{"n":9007199254740991}', 200],
    ['{"n":9007199254740992}', 400],
    ['{"n":9223372036854775808}', 400],
    ['{"n":1e999}', 400],
    ['{"n":1.5}', 400],
    ['{"n":"1"}', 400],
    ['{"n":true}', 400],
    ['{"n":null}', 400],
    ['{"n":[1]}', 400],
    ["null", 400],
    ["[]", 400],
    ['"x"', 400],
    ["1", 400],
  ] as const) {
    t.is((await app.request("/", { method: "POST", headers: JSON_TYPE, body: text })).status, status, text);
  }
});

test("400 for content that is nested deeper than the stack, where its schema refers to itself", async (t) => {
  const schema = { type: "object", properties: { n: { type: "integer", default: 1 } } };
  const here = "#/paths/~1/post/requestBody/content/application~1json/schema";
  const app = await serveSmall(
    t,
    taking({ ...schema, additionalProperties: { $ref: here } }, { "x-max-bytes": 400_000 }),
  );
  for (const [depth, status] of [
    [100, 200],
    [50_000, 400],
  ] as const) {
    const body = `${'{"a":'.repeat(depth)}{}${"}".repeat(depth)}`;
    t.is((await app.request("/", { method: "POST", headers: JSON_TYPE, body })).status, status);
  }
});

test("400 for a form with malformed percent-encoding", async (t) => {
  const app = await serveSmall(t, taking({ type: "object" }, { required: true }, [FORM_TYPE["Content-Type"]]));
  for (const body of ["a=%", "a=%zz", "a=%ff", "%c0%80=a", "a=%ed%a0%80"]) {
    const response = await app.request("/", { method: "POST", headers: FORM_TYPE, body });
    t.is(response.status, 400, body);
    t.is((await json(response)).detail, "The content cannot be parsed.");
  }
});

test("a form field that comes twice is no text", async (t) => {
  const schema = { type: "object", properties: { a: { type: "string" } } };
  const app = await serveSmall(t, taking(schema, { required: true }, [FORM_TYPE["Content-Type"]]));
  const send = async (body: string) => (await app.request("/", { method: "POST", headers: FORM_TYPE, body })).status;
  t.is(await send("a=1"), 200);
  t.is(await send("a=1&a=2"), 400);
  t.is(await send("a=1&a=1"), 400);
});

test("a client that goes away in the middle of its content is no fault of ours", async (t) => {
  const app = await serveSmall(t, taking({}));
  const fields = ["Content-Type: application/json", "Content-Length: 500"];
  t.deepEqual(await exchange(app.url, requestText("POST / HTTP/1.1", fields, "{"), { patience: 100 }), []);
  t.is((await app.request("/", { method: "POST", headers: JSON_TYPE, body: "{}" })).status, 200);
  t.deepEqual(app.faults, []);
});

test("content codings are compared without case, and x-gzip is gzip (RFC 9110 §8.4.1)", async (t) => {
  const app = await serveSmall(t, taking({ type: "object" }));
  for (const coding of ["GZIP", "Gzip", "x-gzip", "X-GZip"]) {
    const headers = { ...JSON_TYPE, "Content-Encoding": coding };
    const answer = await fetch(app.url, { method: "POST", headers, body: gzipSync('{"a":1}') });
    t.is(answer.status, 200, coding);
    t.deepEqual(await answer.json(), { body: { a: 1 } });
  }
});
