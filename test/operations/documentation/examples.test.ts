import test from "ava";
import { child, children, type Located } from "../../../src/contract/document/document.ts";
import type { Operation } from "../../../src/contract/document/operation.ts";
import { document, operations } from "../../support/judge.ts";
import { PASSWORD, signUp, startServer, type TestServer } from "../../support/server.ts";

interface Example {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** The examples of a parameter, a media type or a header: `example`, and the values of `examples`. */
function valuesOf(located: Located): unknown[] {
  const { example } = located.node;
  const named = children(document, located, "examples").map(([, { node }]) => node.value);
  return [...(example === undefined ? [] : [example]), ...named];
}

/** The requests of an operation: one for each example of the body, with the examples of all parameters. */
function examplesOf({ path: template, pointer, node, parameters }: Operation): Example[] {
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  let path = template;
  for (const parameter of parameters) {
    const [value] = valuesOf(parameter);
    if (value === undefined) continue;
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(String(value)));
    if (parameter.in === "query") query.set(parameter.name, String(value));
    if (parameter.in === "header") headers[parameter.name] = String(value);
  }
  const content = child(document, { node, pointer }, "requestBody");
  const request = { path: query.size > 0 ? `${path}?${query}` : path, headers };
  if (!content) return [request];
  return children(document, content, "content").flatMap(([mediaType, located]) =>
    valuesOf(located).map((value) => ({
      path: request.path,
      headers: { ...headers, "Content-Type": mediaType },
      body: mediaType.endsWith("json")
        ? JSON.stringify(value)
        : String(new URLSearchParams(value as Record<string, string>)),
    })),
  );
}

/** Signs in for a new token each time, because some operations end the token that they are called with. */
async function freshToken({ client }: TestServer, email: string): Promise<string> {
  const { data } = await client.POST("/login", {
    params: { query: { include_auth_token: "true" } },
    body: { email, password: PASSWORD },
  });
  return data?.response.user?.authentication_token ?? "";
}

test("every operation takes the examples of its own parameters and content", async (t) => {
  const server = await startServer(t);
  const { email } = await signUp(server, "ada@example.com");
  for (const operation of operations) {
    const { operationId, method } = operation;
    const examples = examplesOf(operation);
    t.true(examples.length > 0, `${operationId} has no example of its content`);
    for (const { path, headers, body } of examples) {
      // `register` gets a server of its own, on which the account of its example does not exist.
      const target = operationId === "register" ? await startServer(t) : server;
      const token = operationId === "register" ? {} : { "Authentication-Token": await freshToken(server, email) };
      const response = await target.request(path, {
        method,
        headers: { ...headers, ...token },
        ...(body !== undefined && { body }),
      });
      const answer = await response.text();
      const told = `${method} ${path} ${body ?? ""} → ${response.status} ${answer}`;
      // Some operations need more than an example: a sign-in that waits, say, or a link that was mailed. Their refusals have names.
      const mismatch = response.status === 400 && !/"urn:kudos:problem:(?!invalid-request")[a-z-]+"/.test(answer);
      t.true(!mismatch && response.status < 500, told);
    }
  }
});

test("no name stands in two maps of components: generators make one type of each, whatever its case", (t) => {
  const maps = Object.entries(document.root.components as Record<string, object>);
  const names = maps.flatMap(([, map]) => Object.keys(map).map((name) => name.toLowerCase()));
  t.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});

test("every list takes the cursors that its own examples of an answer show", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  const lists = operations.filter(({ responses }) => responses.get(200)?.headers.has("Link"));
  t.true(lists.length > 1);
  for (const operation of lists) {
    const page = children(document, operation, "responses").find(([status]) => status === "200")?.[1];
    const [body] = (page ? children(document, page, "content") : []).flatMap(([, content]) => valuesOf(content));
    const [example] = examplesOf(operation);
    const { next_cursor: cursor } = body as { next_cursor: string };
    const path = `${example?.path.split("?")[0]}?cursor=${cursor}`;
    t.is((await server.request(path, { headers })).status, 200, path);
  }
  const link = document.root.components as { headers: { Link: { example: string } } };
  const next = /^<([^>]+)>; rel="next"$/.exec(link.headers.Link.example)?.[1] ?? "";
  t.is((await server.request(next, { headers })).status, 200, next);
});
