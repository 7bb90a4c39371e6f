import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test from "ava";
import Koa from "koa";
import { type Answer, ContractFault, parseDocument, serveDocument } from "kudos/contract";

const SERIES = 60;
const PROBLEM = { description: "A problem.", content: { "application/problem+json": { schema: { type: "object" } } } };
const id = { name: "id", in: "path", required: true, schema: { type: "integer", minimum: 1 } };

/** Five operations for each of 60 nouns, each with its own schema, and references among them. */
function document() {
  const paths: Record<string, object> = {};
  const schemas: Record<string, object> = {};
  for (let index = 0; index < SERIES; index += 1) {
    const noun = `Thing${index}`;
    const value = { type: "integer", minimum: 0, maximum: 1000 + index };
    schemas[noun] = { type: "object", required: ["value"], additionalProperties: false, properties: { value } };
    const content = { "application/json": { schema: { $ref: `#/components/schemas/${noun}` } } };
    const operation = (verb: string, parts: object) => ({ operationId: `${verb}${noun}`, ...parts });
    const responses = { "200": { description: "It.", content }, default: PROBLEM };
    const requestBody = { required: true, content };
    const path = `/series-${index % 7}/things-${index}`;
    paths[path] = {
      get: operation("find", {
        parameters: [{ name: "limit", in: "query", schema: { type: "integer", maximum: 100, default: index } }],
        responses,
      }),
      post: operation("make", { requestBody, responses }),
    };
    paths[`${path}/{id}`] = {
      parameters: [id],
      get: operation("read", { responses }),
      put: operation("set", { requestBody, responses }),
      delete: operation("end", { responses: { "204": { description: "Gone." }, default: PROBLEM } }),
    };
  }
  return { openapi: "3.1.0", info: { title: "Generated", version: "1" }, paths, components: { schemas } };
}

/** Any handler: it answers the number that the request has, in the content, in the path or in the query. */
function handle(operationId: string) {
  return (request: object): Answer => {
    const { body, path, query } = request as Record<string, Record<string, number> | undefined>;
    if (operationId.startsWith("end")) return { status: 204 };
    return { status: 200, body: { value: body?.value ?? path?.id ?? query?.limit } };
  };
}

function operationIds({ paths }: ReturnType<typeof document>): string[] {
  const items = Object.values(paths).flatMap((item) => Object.values(item) as { operationId?: string }[]);
  return items.flatMap(({ operationId }) => operationId ?? []);
}

test("a document of 300 operations: the start takes seconds, and each operation answers and refuses", async (t) => {
  const generated = document();
  const ids = operationIds(generated);
  t.is(ids.length, 300);
  const handlers = Object.fromEntries(ids.map((operationId) => [operationId, handle(operationId)]));
  const started = performance.now();
  const app = new Koa();
  app.use(await serveDocument({ document: parseDocument(JSON.stringify(generated)), handlers }));
  // 2 s on a quiet machine. One whose cost grew with the square of the operations would take minutes.
  t.true(performance.now() - started < 60_000);

  // A longer time than a busy machine needs between two requests, of which the second could meet the end of its connection.
  const server = createServer({ keepAliveTimeout: 60_000 }, app.callback()).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (method: string, path: string, value?: number) => {
    const content = { headers: { "Content-Type": "application/json" }, body: JSON.stringify({ value }) };
    const response = await fetch(url + path, { method, ...(value !== undefined && content) });
    const text = await response.text();
    return [response.status, text === "" ? undefined : JSON.parse(text).value];
  };
  for (let index = 0; index < SERIES; index += 1) {
    const path = `/series-${index % 7}/things-${index}`;
    t.deepEqual(await ask("GET", path), [200, index]);
    t.deepEqual(await ask("POST", path, 1000 + index), [200, 1000 + index]);
    t.deepEqual(await ask("POST", path, 1001 + index), [400, undefined], "its own limit holds, and no other one's");
    t.deepEqual(await ask("GET", `${path}/7`), [200, 7]);
    t.deepEqual(await ask("PUT", `${path}/7`, 5), [200, 5]);
    t.deepEqual(await ask("DELETE", `${path}/7`), [204, undefined]);
    t.deepEqual(await ask("DELETE", `${path}/0`), [400, undefined]);
  }
});

test("a document of 300 operations: each handler that is missing is a sentence of one start", async (t) => {
  const generated = document();
  const { findings } = (await t.throwsAsync<ContractFault>(
    serveDocument({ document: parseDocument(JSON.stringify(generated)), handlers: {} }),
    { instanceOf: ContractFault },
  )) ?? { findings: [] };
  t.deepEqual(
    findings.toSorted(),
    operationIds(generated)
      .map((operationId) => `operation ${operationId} has no handler`)
      .toSorted(),
  );
});
