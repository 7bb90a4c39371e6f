import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import Koa from "koa";
import { ContractFault, HttpProblem, parseDocument, serveDocument } from "kudos/contract";

const number = { description: "A number.", content: { "application/json": { schema: { type: "integer" } } } };
const DOCUMENT = {
  openapi: "3.1.0",
  info: { title: "Small", version: "1" },
  paths: { "/number": { get: { operationId: "getNumber", responses: { "200": number } } } },
};

type Options = Partial<Parameters<typeof serveDocument>[0]> & { readonly answer: () => unknown };

/** Serves the number until the test ends. */
async function serve(t: ExecutionContext, { answer, ...options }: Options, later?: Koa.Middleware) {
  const app = new Koa();
  const faults: unknown[] = [];
  app.on("error", (error) => faults.push(error));
  const handlers = { getNumber: () => ({ status: 200, body: answer() }) };
  app.use(await serveDocument({ document: parseDocument(JSON.stringify(DOCUMENT)), handlers, ...options }));
  if (later) app.use(later);
  // A longer time than a busy machine needs between two requests, of which the second could meet the end of its connection.
  const server = createServer({ keepAliveTimeout: 60_000 }, app.callback()).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { faults, ask: (path = "/number") => fetch(url + path) };
}

test("an answer that is not declared: 500 and a warning of the process, if nothing is said", async (t) => {
  const { ask } = await serve(t, { answer: () => "seven" });
  const warned: Error[] = [];
  const listener = (warning: Error) => warning.name === "UndeclaredAnswer" && warned.push(warning);
  process.on("warning", listener);
  t.teardown(() => process.off("warning", listener));
  const response = await ask();
  t.is(response.status, 500);
  t.notRegex(await response.text(), /seven|integer/);
  await sleep(10);
  t.deepEqual(
    warned.map(({ message }) => message),
    ["getNumber: the body of 200: value must be integer"],
  );
});

test("an answer that is not declared: sent with log, and found each time", async (t) => {
  const found: string[] = [];
  const onUndeclared = (operationId: string) => void found.push(operationId);
  const { ask } = await serve(t, { answer: () => "seven", responseValidation: "log", onUndeclared });
  for (let index = 0; index < 5; index += 1) t.is(await (await ask()).json(), "seven");
  t.is(found.length, 5);
});

test("an answer that is not declared: sent with sample, and found in about that share of cases", async (t) => {
  const found: string[] = [];
  const onUndeclared = (operationId: string) => void found.push(operationId);
  const { ask } = await serve(t, { answer: () => "seven", responseValidation: { sample: 0.5 }, onUndeclared });
  for (let index = 0; index < 100; index += 1) t.is((await ask()).status, 200);
  // By chance alone it is outside of these bounds once in a million runs.
  t.true(found.length > 25 && found.length < 75, String(found.length));
});

for (const sample of [0, -1, 1.5, Number.NaN]) {
  test(`a share of ${sample} is refused at the start`, async (t) => {
    const error = await t.throwsAsync(serve(t, { answer: () => 7, responseValidation: { sample } }), {
      instanceOf: ContractFault,
    });
    t.regex(error?.message ?? "", new RegExp(`samples a share of ${sample}, which is not above 0`));
  });
}

test("an error of the app: 500 without a word of it, and Koa's own event has it", async (t) => {
  const { ask, faults } = await serve(t, {
    answer: () => {
      throw new Error("secret");
    },
  });
  const response = await ask();
  t.is(response.status, 500);
  t.is(response.headers.get("Content-Type"), "application/problem+json");
  t.notRegex(await response.text(), /secret/);
  t.deepEqual(
    faults.map((error) => (error as Error).message),
    ["secret"],
  );
});

test("toProblem gives an error of the app its meaning, and representations another form", async (t) => {
  const { ask, faults } = await serve(t, {
    answer: () => {
      throw new RangeError("out of numbers");
    },
    toProblem: (error) =>
      error instanceof RangeError
        ? new HttpProblem(409, { type: "urn:small:none-left", detail: error.message })
        : undefined,
    representations: { "text/plain": ({ type, detail }) => `${type}: ${detail}` },
  });
  const response = await ask();
  t.is(response.status, 409);
  t.is(response.headers.get("Content-Type"), "text/plain; charset=utf-8");
  t.is(await response.text(), "urn:small:none-left: out of numbers");
  t.deepEqual(faults, []);
});

test("undeclaredErrors: send, an error of the document's own form is its handler's alone, and ours leaves as what it is", async (t) => {
  const own = {
    description: "No such number.",
    content: {
      "application/json": {
        schema: {
          type: "object",
          required: ["code"],
          additionalProperties: false,
          properties: { code: { type: "integer" } },
        },
      },
    },
  };
  const fitting = {
    description: "Wrong.",
    content: { "application/json": { schema: { type: "object", required: ["title"] } } },
  };
  const responses = { "200": number, "400": fitting, "404": own, "409": own };
  const document = parseDocument(
    JSON.stringify({ ...DOCUMENT, paths: { "/number": { get: { operationId: "getNumber", responses } } } }),
  );
  let status = 404;
  const answer = () => {
    throw new HttpProblem(status);
  };
  const seen = async ({ ask }: { readonly ask: (path?: string) => Promise<Response> }, path?: string) => {
    const response = await ask(path);
    return [response.status, response.headers.get("Content-Type"), "code" in ((await response.json()) as object)];
  };
  const served = await serve(t, { document, answer });
  t.deepEqual(await seen(served), [404, "application/problem+json", false]);
  status = 409;
  t.deepEqual(await seen(served), [409, "application/problem+json", false]);
  t.deepEqual(await seen(served, "/number?x=1"), [400, "application/json", false], "a problem fits this one");
  t.deepEqual(served.faults, []);
  const handlers = { getNumber: () => ({ status: 404, body: { code: 7 } }) };
  t.deepEqual(await seen(await serve(t, { document, handlers, answer })), [404, "application/json", true]);
  const representations = {
    "application/problem+json": (problem: object) => JSON.stringify(problem),
    "application/json": (problem: { readonly status: number }) => JSON.stringify({ code: problem.status }),
  };
  const written = await serve(t, { document, answer, representations });
  t.deepEqual(
    await seen(written),
    [409, "application/json", true],
    "an application may write its problems in that form",
  );
});

test("undeclaredErrors: refuse, the start misses each error that the runtime can send", async (t) => {
  const error = await t.throwsAsync<ContractFault>(serve(t, { answer: () => 7, undeclaredErrors: "refuse" }));
  t.deepEqual(
    error?.findings,
    [400, 406, 500].map((status) => `operation getNumber can answer ${status}, which it does not declare`),
  );
});

test("an address that the document does not know: a later stage has it, or it is a problem 404", async (t) => {
  const { ask } = await serve(t, { answer: () => 7 }, (ctx) => {
    if (ctx.path === "/later") ctx.body = "here";
    if (ctx.path === "/own-404") {
      ctx.status = 404;
      ctx.body = "mine";
    }
  });
  t.is(await (await ask("/later")).text(), "here");
  t.is(await (await ask("/own-404")).text(), "mine");
  t.is((await ask("/nowhere")).headers.get("Content-Type"), "application/problem+json");
});

test("a document that is not there is an error of the file system, and one that is no document a fault", async (t) => {
  await t.throwsAsync(serveDocument({ document: "nowhere.yaml", handlers: {} }), { code: "ENOENT" });
  await t.throwsAsync(serveDocument({ document: "package.json", handlers: {} }), { instanceOf: ContractFault });
});
