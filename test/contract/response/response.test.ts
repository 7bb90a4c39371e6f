import test from "ava";
import type { Answer } from "../../../src/contract/response/response.ts";
import { json, operation, serveSmall } from "../../support/contract/small-contract.ts";

const RESPONSES = {
  "200": {
    description: "It.",
    headers: {
      "X-Count": { required: true, schema: { type: "integer", minimum: 1 } },
      "X-Optional": { schema: { type: "string", maxLength: 3 } },
    },
    content: {
      "application/json": {
        schema: {
          type: "object",
          required: ["n"],
          additionalProperties: false,
          properties: { n: { type: "integer" }, at: { type: ["string", "null"], format: "date-time" } },
        },
      },
    },
  },
  "202": {
    description: "One of two.",
    content: { "text/plain": { schema: { type: "string" } }, "text/html": { schema: {} } },
  },
  "204": { description: "Nothing." },
  "500": {
    description: "Our fault.",
    content: { "application/problem+json": { schema: { type: "object", required: ["title"] } } },
  },
};

async function answering(
  t: Parameters<typeof serveSmall>[0],
  answer: Answer,
  responseValidation: "fail" | "log" = "fail",
) {
  const app = await serveSmall(t, {
    paths: { "/": { get: operation("read", { responses: RESPONSES }) } },
    handlers: { read: () => answer },
    responseValidation,
  });
  return { app, response: await app.request("/") };
}

const GOOD: Answer = { status: 200, headers: { "X-Count": 1 }, body: { n: 1 } };

for (const [what, answer, status] of [
  ["a body and its headers", GOOD, 200],
  ["null where null is allowed", { ...GOOD, body: { n: 1, at: null } }, 200],
  [
    "a header that is undefined",
    { ...GOOD, headers: { "X-Count": 1, "X-Optional": undefined, "X-Other": undefined } },
    200,
  ],
  ["one of two media types", { status: 202, mediaType: "text/plain", body: "" }, 202],
  ["the bytes of a body", { ...GOOD, body: Buffer.from('{"n":1}') }, 200],
  ["nothing", { status: 204 }, 204],
  ["a 500 as it is declared", { status: 500, body: { title: "Oh" } }, 500],
] as const) {
  test(`an answer that is declared goes out: ${what}`, async (t) => {
    const { app, response } = await answering(t, answer);
    t.is(response.status, status);
    t.deepEqual(app.undeclared, []);
  });
}

test("bytes are checked until they were right once, for each schema, and others are as well", async (t) => {
  const [good, bad] = [Buffer.from('{"n":1}'), Buffer.from('{"n":"1"}')];
  const first = await answering(t, { ...GOOD, body: good });
  for (const _ of [1, 2]) t.is(await (await first.app.request("/")).text(), '{"n":1}');
  t.deepEqual(first.app.undeclared, []);
  const second = await answering(t, { ...GOOD, body: bad });
  t.is((await second.app.request("/")).status, 500);
  t.is(second.app.undeclared.length, 2);
  const third = await answering(t, { status: 500, body: good });
  t.is(third.app.undeclared.length, 1);
});

const SECRET = "hunter2";

for (const [what, answer, reason] of [
  ["a status", { status: 201, body: { n: SECRET } }, "status 201 is not declared"],
  ["a status of no such kind", { status: 999, body: SECRET }, "status 999 is not declared"],
  ["a 5xx", { status: 503, body: { secret: SECRET } }, "status 503 is not declared"],
  [
    "a body of a 5xx",
    { status: 500, body: { secret: SECRET } },
    "the body of 500: value must have required property 'title'",
  ],
  ["a body that lacks something", { ...GOOD, body: {} }, "the body of 200: value must have required property 'n'"],
  [
    "a body with something more",
    { ...GOOD, body: { n: 1, secret: SECRET } },
    "the body of 200: value must NOT have additional properties",
  ],
  ["a body of another type", { ...GOOD, body: { n: SECRET } }, "the body of 200: value/n must be integer"],
  [
    "a date that is an object",
    { ...GOOD, body: { n: 1, at: new Date() } },
    "the body of 200: value/at must be string,null",
  ],
  ["no body", { status: 200, headers: { "X-Count": 1 } }, "the body of 200: value must be object"],
  ["a body where none is", { status: 204, body: SECRET }, "a body is not declared for 204"],
  ["no header", { ...GOOD, headers: {} }, "200 needs the header X-Count"],
  [
    "a header of another type",
    { ...GOOD, headers: { "X-Count": SECRET } },
    "the header X-Count of 200: value must be integer",
  ],
  [
    "a header out of its limits",
    { ...GOOD, headers: { "X-Count": 0 } },
    "the header X-Count of 200: value must be >= 1",
  ],
  [
    "an optional header out of its limits",
    { ...GOOD, headers: { "X-Count": 1, "X-Optional": SECRET } },
    "the header X-Optional of 200: value must NOT have more than 3 characters",
  ],
  [
    "a header more",
    { ...GOOD, headers: { "X-Count": 1, "X-Secret": SECRET } },
    "the header X-Secret is not declared for 200",
  ],
  ["another media type", { ...GOOD, mediaType: "text/html" }, "media type text/html is not declared for 200"],
  ["no word of which media type", { status: 202, body: SECRET }, "a body is not declared for 202"],
] as const) {
  test(`an answer that is not declared is a 500, with the reason in the log alone: ${what}`, async (t) => {
    const { app, response } = await answering(t, answer as Answer);
    t.is(response.status, 500);
    t.is(response.headers.get("Content-Type"), "application/problem+json");
    t.deepEqual(app.undeclared, [`read: ${reason}`]);
    const text = await response.text();
    t.false(text.includes(SECRET) || text.includes(reason), text);
    t.is(response.headers.get("X-Secret"), null);
    t.is(response.headers.get("X-Count"), null);
  });
}

test("an answer that is not declared goes out whole where it is only logged", async (t) => {
  for (const [answer, type] of [
    [{ status: 201, body: { n: 1 } }, "application/json"],
    [{ status: 202, body: { n: 1 } }, "application/json"],
    [{ ...GOOD, body: { n: "one" } }, "application/json"],
    [{ status: 202, mediaType: "application/problem+json", body: { n: 1 } }, "application/problem+json"],
  ] as const) {
    const { app, response } = await answering(t, answer, "log");
    t.is(response.status, answer.status);
    t.is(response.headers.get("Content-Type"), type);
    t.deepEqual(await json(response), answer.body);
    t.is(app.undeclared.length, 1);
  }
});

test("the object that a handler returns is not written into", async (t) => {
  const at = "2026-01-31T12:00:00Z";
  const body = Object.freeze({ n: 1, at });
  const { response } = await answering(
    t,
    Object.freeze({ status: 200, headers: Object.freeze({ "X-Count": 1 }), body }),
  );
  t.is(response.status, 200);
  t.deepEqual(body, { n: 1, at });
});

test("a handler whose answer is refused has done its work: only the answer is replaced", async (t) => {
  let writes = 0;
  const app = await serveSmall(t, {
    paths: { "/": { post: operation("write", { responses: RESPONSES }) } },
    handlers: {
      write: async () => {
        writes += 1;
        return { status: 200, headers: { "X-Count": 0 }, body: { n: 1 } };
      },
    },
  });
  t.is((await app.request("/", { method: "POST" })).status, 500);
  t.is(writes, 1);
});

test("an answer that cannot be written is a 500 without any of it", async (t) => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  for (const [body, headers] of [
    [circle, {}],
    [{ n: 1n }, {}],
    [{ n: 1 }, { "X-Other": "a", "X-Bad": "a\r\nSet-Cookie: b=c" }],
  ] as const) {
    const app = await serveSmall(t, {
      paths: { "/": { get: operation("read") } },
      handlers: { read: () => ({ status: 200, headers, body }) },
      responseValidation: "log",
    });
    const response = await app.request("/");
    t.is(response.status, 500);
    t.is((await json(response)).title, "Internal Server Error");
    t.is(response.headers.get("Set-Cookie"), null);
    t.is(response.headers.get("X-Other"), null);
    t.is(app.faults.length, 1);
  }
});

test("a handler's unforeseen error is a 500 that tells nothing of it", async (t) => {
  for (const thrown of [
    new Error("insert into `users`"),
    Object.assign(new Error("x"), { status: 418, expose: true }),
    "text",
    undefined,
    null,
  ]) {
    const app = await serveSmall(t, {
      paths: { "/": { get: operation("read") } },
      handlers: {
        read: () => {
          throw thrown;
        },
      },
    });
    const response = await app.request("/");
    t.is(response.status, 500);
    t.notRegex(await response.text(), /insert|users|text"|418/);
    t.deepEqual(app.faults, [thrown]);
  }
});

test("an object goes out as YAML in the spelling of JSON, once its schema has taken it; a text goes out as it is", async (t) => {
  const schema = { type: ["object", "string"], required: ["n"], properties: { n: { type: "integer" } } };
  for (const [body, status, text] of [
    [{ n: 1 }, 200, '{"n":1}'],
    ["n: 1 # one\n", 200, "n: 1 # one\n"],
    [{ n: "1" }, 500, undefined],
    [7, 500, undefined],
  ] as const) {
    const responses = { "200": { description: "It.", content: { "application/yaml": { schema } } } };
    const app = await serveSmall(t, {
      paths: { "/": { get: operation("read", { responses: { ...RESPONSES, ...responses } }) } },
      handlers: { read: () => ({ status: 200, body }) },
    });
    const response = await app.request("/");
    t.is(response.status, status);
    if (text !== undefined) t.is(await response.text(), text);
  }
});
