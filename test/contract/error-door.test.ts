import test from "ava";
import { HttpProblem } from "../../src/contract/problem.ts";
import { json, operation, PROBLEM, serveSmall } from "../support/contract/small-contract.ts";

test("a problem has the title of its status by the application's options, and else the phrase of RFC 9110", async (t) => {
  const paths = { "/": { get: operation("read", { security: [{ key: [] }] }) } };
  const app = await serveSmall(t, {
    paths,
    securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } },
    handlers: { read: () => ({ status: 200, body: {} }) },
    authenticators: { key: async () => null },
    titles: { 401: "Nicht angemeldet" },
  });
  t.is((await json(await app.request("/"))).title, "Nicht angemeldet");
  t.is((await json(await app.request("/", { method: "POST" }))).title, "Method Not Allowed");
});

test("a problem names its request by the application's options", async (t) => {
  const app = await serveSmall(t, { paths: {}, handlers: {} });
  const paths = { "/": { get: operation("read") } };
  const other = await serveSmall(t, { paths, handlers: { read: () => ({ status: 418, body: {} }) } });
  t.is((await json(await other.request("/"))).instance, "urn:uuid:00000000-0000-4000-8000-000000000000");
  t.is((await json(await app.request("/%zz"))).instance, "urn:uuid:00000000-0000-4000-8000-000000000000");
});

/** A 404 whose problems can be of this type and of no other. */
function enumerated(type: string) {
  const schema = { type: "object", properties: { type: { type: "string", enum: [type] } } };
  return { description: "A problem.", content: { "application/problem+json": { schema } } };
}

const GONE = "urn:x:gone";

for (const [mode, status, type] of [
  ["fail", 500, "about:blank"],
  ["log", 404, GONE],
] as const) {
  test(`a problem of a type that the operation does not declare is a ${status} with responseValidation "${mode}", and told of`, async (t) => {
    const app = await serveSmall(t, {
      paths: {
        "/other": { get: operation("other", { responses: { "404": enumerated("urn:x:other") } }) },
        "/gone": { get: operation("gone", { responses: { "404": enumerated(GONE) } }) },
        "/any": { get: operation("any", { responses: { "404": PROBLEM } }) },
      },
      handlers: { other: gone, gone, any: gone },
      responseValidation: mode,
    });
    for (const path of ["/gone", "/any"]) {
      const response = await app.request(path);
      t.is(response.status, 404, path);
      t.is((await json(response)).type, GONE);
    }
    t.deepEqual([app.undeclared, app.faults], [[], []]);
    const response = await app.request("/other");
    t.is(response.status, status);
    t.is((await json(response)).type, type);
    t.deepEqual(app.undeclared, ["other: the problem urn:x:gone is not declared for 404"]);
    t.is(app.faults.length, mode === "fail" ? 1 : 0);
  });
}

function gone(): never {
  throw new HttpProblem(404, { type: GONE });
}

test("a problem of the runtime has the type that ends in its name, as the operation declares it, else about:blank", async (t) => {
  const spelled = (type: string) => ({ responses: { "400": enumerated(type) } });
  const app = await serveSmall(t, {
    paths: {
      "/urn": { get: operation("urn", spelled("urn:x:invalid-request")) },
      "/url": { get: operation("url", spelled("https://x.example/problems/invalid-request")) },
      "/blank": { get: operation("blank", spelled("about:blank")) },
      "/open": { get: operation("open") },
    },
    handlers: { urn: gone, url: gone, blank: gone, open: gone },
  });
  const types = ["/urn", "/url", "/blank", "/open"].map(
    async (path) => (await json(await app.request(`${path}?a`))).type,
  );
  t.deepEqual(await Promise.all(types), [
    "urn:x:invalid-request",
    "https://x.example/problems/invalid-request",
    "about:blank",
    "about:blank",
  ]);
});
