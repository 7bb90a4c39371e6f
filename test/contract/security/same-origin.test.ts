import test from "ava";
import { ANYTHING, operation, serveSmall } from "../../support/contract/small-contract.ts";

const TEXT = { schema: { type: "string" } };

test("a cross-site request is a 403 where a cookie counts or is set, by any method that is not safe", async (t) => {
  const security = [{ session: [] }, { key: [] }];
  const told: boolean[] = [];
  const app = await serveSmall(t, {
    paths: {
      "/secured": { get: operation("read", { security }), post: operation("write", { security }) },
      "/enter": {
        post: operation("enter", {
          responses: {
            "200": { ...ANYTHING, headers: { "Set-Cookie": TEXT } },
            "403": { description: "Cross-site.", content: { "application/problem+json": { schema: {} } } },
          },
        }),
      },
      "/keyed": { post: operation("keyed", { security: [{ key: [] }] }) },
    },
    securitySchemes: {
      session: { type: "apiKey", in: "cookie", name: "session" },
      key: { type: "apiKey", in: "header", name: "Key" },
    },
    authenticators: {
      session: async (_, { sameOrigin }) => {
        told.push(sameOrigin);
        return { name: "ada" };
      },
      key: async () => ({ name: "ada" }),
    },
    handlers: Object.fromEntries(
      ["read", "write", "enter", "keyed"].map((id) => [id, () => ({ status: 200, body: id })]),
    ),
  });
  const send = async (method: string, path: string, headers: Record<string, string>) =>
    (await app.request(path, { method, headers: { Cookie: "session=1", Key: "1", ...headers } })).status;
  for (const foreign of [
    { Origin: "https://elsewhere.example" },
    { Origin: "null" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
  ]) {
    for (const path of ["/secured", "/enter"]) t.is(await send("POST", path, foreign), 403, path);
    t.is(await send("GET", "/secured", foreign), 200);
    t.is(await send("POST", "/keyed", foreign), 200, "no page can add the key");
  }
  told.length = 0;
  for (const [own, sameOrigin] of [
    [{ Origin: app.url }, true],
    [{ "Sec-Fetch-Site": "same-origin" }, true],
    [{}, false],
  ] as const) {
    // Without a key, which would vouch for the cookie beside it.
    const { status } = await app.request("/secured", { method: "POST", headers: { Cookie: "session=1", ...own } });
    t.is(status, 200);
    t.is(told.pop(), sameOrigin);
    t.is(await send("POST", "/enter", own), 200);
  }
});
