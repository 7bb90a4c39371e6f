import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import {
  type Answer,
  ContractFault,
  HttpProblem,
  idempotencyInMemory,
  type MemoryBounds,
} from "../../../src/contract/index.ts";
import {
  ANYTHING,
  content,
  json,
  type OperationParts,
  operation,
  PROBLEM,
  type SmallHandler,
  type Somebody,
  serveSmall,
} from "../../support/contract/small-contract.ts";

const KEY = { name: "Idempotency-Key", in: "header", schema: { type: "string" } };
const MADE = {
  description: "Made.",
  headers: {
    Location: { required: true, schema: { type: "string" } },
    "Idempotent-Replayed": { schema: { const: "true" } },
  },
  content: { "application/json": { schema: { type: "object", required: ["number"] } } },
};
const FILES: Readonly<Record<string, object>> = {
  "multipart/form-data": { type: "object", properties: { image: { type: "string", format: "binary" } } },
  "image/png": { type: "string", format: "binary" },
};
const INPUT = { type: "object", properties: { text: { type: "string", maxLength: 20 } } };

interface Options {
  /** Comes before the handler; its answer, if it has one, is that of the request. */
  readonly make?: () => Promise<Answer | undefined>;
  readonly parameter?: object;
  readonly parts?: OperationParts;
  readonly bounds?: MemoryBounds;
  readonly store?: boolean;
  readonly responseValidation?: "fail" | "log";
}

/** An API whose one user is the name in the field `Key`, and that numbers what it makes. */
async function serveMaking(
  t: ExecutionContext,
  { make, parameter = {}, parts = {}, bounds, store = true, responseValidation = "fail" }: Options = {},
) {
  const made: unknown[] = [];
  const clock = { now: new Date("2026-05-01T12:00:00Z") };
  const declared: OperationParts = {
    security: [{ key: [] }],
    requestBody: content(INPUT),
    parameters: [{ ...KEY, ...parameter }],
    responses: { "201": MADE, "409": PROBLEM, "422": PROBLEM },
    ...parts,
  };
  const handler: SmallHandler = ({ body }) => {
    made.push(body);
    return { status: 201, headers: { Location: `/things/${made.length}` }, body: { number: made.length } };
  };
  const app = await serveSmall(t, {
    paths: {
      "/things": { post: operation("make", declared) },
      "/others": { post: operation("makeOther", declared) },
    },
    securitySchemes: { key: { type: "apiKey", in: "header", name: "Key" } },
    authenticators: { key: async (name): Promise<Somebody> => ({ name }) },
    handlers: {
      make: async (request) => (make && (await make())) ?? handler(request),
      makeOther: handler,
    },
    now: () => clock.now,
    responseValidation,
    ...(store && { idempotency: { store: idempotencyInMemory(bounds), identityOf: ({ name }) => name } }),
  });
  const send = (
    key: string | undefined,
    { text = "a", user = "ada", path = "/things", body = JSON.stringify({ text }), cookie = "" } = {},
  ) => {
    const content = { Key: user, "Content-Type": "application/json", ...(cookie !== "" && { Cookie: cookie }) };
    const headers = { ...content, ...(key !== undefined && { "Idempotency-Key": key }) };
    return app.request(path, { method: "POST", headers, body });
  };
  return { app, made, clock, send };
}

test("Idempotency-Key: the same request gets the same answer, marked, and runs once", async (t) => {
  const { made, send } = await serveMaking(t);
  const first = await send('"one"');
  t.is(first.status, 201);
  t.is(first.headers.get("Idempotent-Replayed"), null);
  for (const key of ['"one"', "one"]) {
    const again = await send(key);
    t.is(again.status, 201);
    t.is(again.headers.get("Location"), "/things/1");
    t.is(again.headers.get("Content-Type"), first.headers.get("Content-Type"));
    t.is(again.headers.get("Idempotent-Replayed"), "true");
    t.deepEqual(await json(again), { number: 1 });
  }
  t.is(made.length, 1);
  t.is((await send('"two"')).headers.get("Location"), "/things/2");
  for (const _ of [3, 4]) await send(undefined);
  t.is(made.length, 4, "without a key nothing is kept");
});

test("Idempotency-Key: 422 for another content, another operation, and another parameter", async (t) => {
  const { made, send } = await serveMaking(t, {
    parts: {
      parameters: [
        KEY,
        { name: "q", in: "query", schema: { type: "string" } },
        { name: "X-Of", in: "header", schema: { type: "string" } },
        { name: "shop", in: "cookie", schema: { type: "string" } },
      ],
    },
  });
  t.is((await send('"one"')).status, 201);
  for (const other of [{ text: "b" }, { path: "/others" }, { path: "/things?q=1" }, { cookie: "shop=a" }]) {
    t.is((await send('"one"', other)).status, 422, JSON.stringify(other));
  }
  t.is((await send('"one"', { body: ' { "text" : "a" } ' })).status, 201, "the same value, written otherwise");
  t.is(made.length, 1);
});

test("Idempotency-Key: users do not share their keys", async (t) => {
  const { made, send } = await serveMaking(t);
  t.is((await json(await send('"one"'))).number, 1);
  t.is((await json(await send('"one"', { user: "bob", text: "b" }))).number, 2);
  t.is((await json(await send('"one"'))).number, 1);
  t.is((await json(await send('"one"', { user: "bob", text: "b" }))).number, 2);
  t.is(made.length, 2);
});

test("Idempotency-Key: 409 while the first request is in flight", async (t) => {
  const gate = Promise.withResolvers<undefined>();
  const { made, send } = await serveMaking(t, { make: () => gate.promise });
  const first = send('"one"');
  await sleep(100);
  const second = await send('"one"');
  t.is(second.status, 409);
  t.is(second.headers.get("Retry-After"), "1");
  t.is((await send('"one"', { text: "b" })).status, 422);
  gate.resolve(undefined);
  t.is((await first).status, 201);
  t.is((await send('"one"')).status, 201);
  t.is(made.length, 1);
});

test("Idempotency-Key: of 20 requests at the same time one runs", async (t) => {
  const gate = Promise.withResolvers<undefined>();
  let others = 19;
  const { made, send } = await serveMaking(t, { make: () => gate.promise });
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const { status } = await send('"one"');
      // The one that runs is answered after all others.
      others -= 1;
      if (others === 0) gate.resolve(undefined);
      return status;
    }),
  );
  // On a busy machine the small server gives up on a request that arrives too slowly.
  const judged = statuses.filter((status) => status !== 408);
  t.deepEqual(judged.toSorted(), [201, ...judged.slice(1).map(() => 409)]);
  t.true(judged.length > 1);
  t.is(made.length, 1);
});

test("Idempotency-Key: nothing is kept of errors, of an answer of 500 or more, and of an undeclared one", async (t) => {
  const answers: (() => Answer)[] = [
    () => {
      throw new HttpProblem(400, { detail: "No." });
    },
    () => {
      throw new Error("broken");
    },
    () => ({ status: 500, mediaType: "application/problem+json", body: {} }),
    () => ({ status: 201, body: { number: "no location" } }),
  ];
  const { made, send } = await serveMaking(t, { make: async () => answers.shift()?.() });
  t.is((await send('"one"', { body: '{"text":7}' })).status, 400, "refused before the handler");
  t.is((await send('"one"', { body: "{" })).status, 400);
  t.is((await send('"one"')).status, 400);
  for (const _ of [1, 2, 3]) t.is((await send('"one"')).status, 500);
  t.is(made.length, 0);
  t.is((await send('"one"', { text: "b" })).status, 201);
  t.is(made.length, 1);
});

test("Idempotency-Key: 400 without a required one and for a malformed one, and any key counts to the letter", async (t) => {
  const { made, send } = await serveMaking(t, { parameter: { required: true } });
  const missing = await send(undefined);
  t.is(missing.status, 400);
  t.deepEqual((await json(missing)).errors, [{ parameter: "idempotency-key", detail: "is required" }]);
  const malformed = [
    '""',
    '"a',
    'a"',
    '"a" ,"b"',
    '"a";b=1',
    "a b",
    "'a'",
    '"\\n"',
    `"${"x".repeat(256)}"`,
    "x".repeat(256),
    '"é"',
  ];
  for (const key of malformed) {
    const refused = await send(key);
    t.is(refused.status, 400, key);
    t.is((await json(refused)).errors[0].parameter, "Idempotency-Key");
  }
  t.is(made.length, 0);
  const seen = new Map<string, number>();
  const printable = fc.string({ unit: fc.constantFrom(...' !"#a\\B~1,;='), minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(printable, async (key) => {
      const answer = await send(`"${key.replaceAll(/["\\]/g, "\\$&")}"`);
      const { number } = await json(answer);
      if (!seen.has(key)) seen.set(key, number);
      return answer.status === 201 && seen.get(key) === number && made.length === seen.size;
    }),
    { numRuns: 60 },
  );
});

test("Idempotency-Key: expires after a day, or when the operation says", async (t) => {
  for (const [parts, seconds] of [
    [{}, 86_400],
    [{ "x-idempotency-expiry": 5 }, 5],
  ] as const) {
    const { made, send, clock } = await serveMaking(t, { parts });
    const start = clock.now.getTime();
    t.is((await send('"one"')).status, 201);
    clock.now = new Date(start + seconds * 1_000 - 1);
    t.is((await send('"one"', { text: "b" })).status, 422);
    clock.now = new Date(start + seconds * 1_000);
    t.is((await send('"one"', { text: "b" })).status, 201);
    t.is(made.length, 2);
  }
});

test("a store in memory has bounds: the oldest answers go, and a request in flight never does", async (t) => {
  const { made, send } = await serveMaking(t, { bounds: { keys: 3 } });
  for (const key of ["a", "b", "c", "d"]) await send(key);
  t.is((await send("d")).headers.get("Idempotent-Replayed"), "true");
  t.is((await send("b")).headers.get("Idempotent-Replayed"), "true");
  t.is((await send("a")).headers.get("Idempotent-Replayed"), null);
  t.is(made.length, 5);

  const small = await serveMaking(t, { bounds: { characters: 200 } });
  for (const key of ["a", "b", "c"]) await small.send(key);
  t.is((await small.send("c")).headers.get("Idempotent-Replayed"), "true");
  t.is((await small.send("a")).headers.get("Idempotent-Replayed"), null);

  const gate = Promise.withResolvers<undefined>();
  const full = await serveMaking(t, {
    bounds: { keys: 2 },
    make: () => gate.promise,
    parts: { responses: { "201": MADE, "409": PROBLEM, "422": PROBLEM, "503": PROBLEM } },
  });
  const flights = ["a", "b"].map((key) => full.send(key));
  await sleep(100);
  t.is((await full.send("c")).status, 503);
  gate.resolve(undefined);
  t.deepEqual(
    (await Promise.all(flights)).map(({ status }) => status),
    [201, 201],
  );
  t.is((await full.send("c")).status, 201);
});

test("an Idempotency-Key that cannot be kept as declared is refused at the start", async (t) => {
  const cases: readonly (readonly [string, Options])[] = [
    ["takes an Idempotency-Key, and there is no store for it (idempotency)", { store: false }],
    ["can answer 409, which it does not declare", { parts: { responses: { "201": MADE, "422": PROBLEM } } }],
    ["can answer 422, which it does not declare", { parts: { responses: { "201": MADE, "409": PROBLEM } } }],
    [
      "takes an Idempotency-Key of clients without a credential, who would share their keys",
      { parts: { security: [] } },
    ],
    [
      "takes an Idempotency-Key of clients without a credential, who would share their keys",
      { parts: { security: [{ key: [] }, {}] } },
    ],
    [
      "has an x-idempotency-expiry that is not a positive number of whole seconds",
      { parts: { "x-idempotency-expiry": 0.5 } },
    ],
    [
      "has an x-idempotency-expiry, but no header parameter Idempotency-Key",
      { parts: { "x-idempotency-expiry": 5, parameters: [] } },
    ],
    [
      "takes an Idempotency-Key, but sets a cookie, which is not to be kept",
      {
        parts: {
          responses: { "201": { ...MADE, headers: { ...MADE.headers, "Set-Cookie": { schema: { type: "string" } } } } },
        },
      },
    ],
    ...["multipart/form-data", "image/png"].map((mediaType): [string, Options] => [
      "takes an Idempotency-Key, and files, which are not compared",
      { parts: { requestBody: content(FILES[mediaType], { required: true }, [mediaType]) } },
    ]),
    [
      "takes an Idempotency-Key, but answers bytes, which are not kept",
      {
        parts: {
          responses: { "200": { ...ANYTHING, headers: { "Content-Encoding": { schema: { type: "string" } } } } },
        },
      },
    ],
  ];
  for (const [phrase, options] of cases) {
    const error = await t.throwsAsync(serveMaking(t, options), { instanceOf: ContractFault });
    t.true(error?.findings.includes(`operation make ${phrase}`), `${phrase}: ${error?.findings.join("\n")}`);
  }
});

test("Idempotency-Key: an answer that is not declared is kept where it is sent, and told of once each time", async (t) => {
  let runs = 0;
  const make = async () => {
    runs += 1;
    return { status: 201, headers: { Location: "/things/1" }, body: { number: runs, of: Number.NaN } };
  };
  const logged = await serveMaking(t, { make, responseValidation: "log" });
  const first = await (await logged.send('"one"')).text();
  t.is(logged.app.undeclared.length, 1);
  t.is(await (await logged.send('"one"')).text(), first);
  t.is(runs, 1, "what it has written stands");
  const failing = await serveMaking(t, { make });
  for (const _ of [2, 3]) t.is((await failing.send('"one"')).status, 500);
  t.is(runs, 3, "a 500 is not kept");
});
