import test from "ava";
import { json, operation, serveSmall } from "../support/contract/small-contract.ts";

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
