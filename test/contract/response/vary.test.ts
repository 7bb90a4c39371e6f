import test from "ava";
import { ANYTHING, operation, serveSmall } from "../../support/contract/small-contract.ts";

const TEXT = { type: "string" };

test("Vary names what the answers of an operation depend on, errors included", async (t) => {
  const text = { "text/plain": { schema: TEXT }, "application/json": { schema: TEXT } };
  const coded = { ...ANYTHING, headers: { "Content-Encoding": { schema: TEXT } } };
  const security = [{ session: [] }, { key: [] }, { token: [] }, {}];
  const app = await serveSmall(t, {
    paths: {
      "/plain": { get: operation("plain") },
      "/secured": { get: operation("secured", { security }) },
      "/negotiated": {
        get: operation("negotiated", { responses: { "200": { description: "Read.", content: text } } }),
      },
      "/coded": { get: operation("coded", { security: [{ key: [] }], responses: { "200": coded } }) },
    },
    securitySchemes: {
      session: { type: "apiKey", in: "cookie", name: "session" },
      key: { type: "apiKey", in: "header", name: "Key" },
      token: { type: "http", scheme: "bearer" },
    },
    authenticators: Object.fromEntries(["session", "key", "token"].map((name) => [name, async () => ({ name })])),
    handlers: Object.fromEntries(
      ["plain", "secured", "coded"]
        .map((id) => [id, () => ({ status: 200, body: id })] as const)
        .concat([["negotiated", () => ({ status: 200, mediaType: "text/plain", body: "" }) as never]]),
    ),
  });
  for (const [path, fields] of [
    ["/plain", null],
    ["/secured", "Cookie, Key, Authorization"],
    ["/negotiated", "Accept"],
    ["/coded", "Key, Accept-Encoding"],
  ] as const) {
    const headers = { Key: "1" };
    t.is((await app.request(path, { headers })).headers.get("Vary"), fields, path);
    const refused = await app.request(`${path}?x=1`, { headers });
    t.deepEqual([refused.status, refused.headers.get("Vary")], [400, fields], path);
  }
});
