import test, { type ExecutionContext } from "ava";
import { ContractFault } from "../../../src/contract/index.ts";
import { ANYTHING, type OperationParts, operation, serveSmall } from "../../support/contract/small-contract.ts";

const read = () => ({ status: 200, body: "read" });

function serveEnding(t: ExecutionContext, parts: OperationParts, now = new Date("2026-05-01T00:00:00Z")) {
  return serveSmall(t, {
    paths: { "/": { get: operation("read", parts) }, "/kept": { get: operation("keep") } },
    handlers: { read, keep: read },
    now: () => now,
  });
}

test("Deprecation and Sunset: on every answer of the operation, errors included, and on no other", async (t) => {
  const app = await serveEnding(t, {
    deprecated: true,
    "x-deprecated-at": "2026-01-01",
    "x-sunset": "2026-12-31T12:00:00+01:00",
  });
  for (const [path, init, status] of [
    ["/", {}, 200],
    ["/?x=1", {}, 400],
    ["/", { headers: { Accept: "image/png" } }, 406],
    ["/", { method: "HEAD" }, 200],
  ] as const) {
    const answer = await app.request(path, init);
    t.is(answer.status, status);
    t.is(answer.headers.get("Deprecation"), "@1767225600");
    t.is(answer.headers.get("Sunset"), "Thu, 31 Dec 2026 11:00:00 GMT");
    t.is(answer.headers.get("Link"), null);
  }
  for (const [path, method] of [
    ["/kept", "GET"],
    ["/", "PUT"],
    ["/nowhere", "GET"],
  ] as const) {
    const { headers } = await app.request(path, { method });
    t.deepEqual([headers.get("Deprecation"), headers.get("Sunset")], [null, null]);
  }
  t.deepEqual(app.warnings, []);
});

test("Deprecation: an undated deprecated operation has no field", async (t) => {
  const app = await serveEnding(t, { deprecated: true });
  t.is((await app.request("/")).headers.get("Deprecation"), null);
});

test("Deprecation: a link leads to the documentation, beside the links of an answer", async (t) => {
  const externalDocs = { url: "https://api.example/moved?to=%C3%BCnd" };
  const link = '<https://api.example/moved?to=%C3%BCnd>; rel="deprecation"; type="text/html"';
  const headers = { Link: { schema: { type: "string" } } };
  const app = await serveSmall(t, {
    paths: {
      "/": {
        get: operation("read", {
          deprecated: true,
          "x-deprecated-at": "2026-01-01",
          externalDocs,
          responses: { "200": { ...ANYTHING, headers } },
        }),
      },
      "/ends": { get: operation("end", { "x-sunset": "2027-01-01", externalDocs }) },
    },
    handlers: { read: () => ({ ...read(), headers: { Link: '</2>; rel="next"' } }), end: read },
  });
  t.is((await app.request("/")).headers.get("Link"), `</2>; rel="next", ${link}`);
  t.is((await app.request("/?x=1")).headers.get("Link"), link);
  t.is((await app.request("/ends")).headers.get("Link"), link.replace("deprecation", "sunset"));
});

test("Sunset: an operation is served after it, and the start warns of it", async (t) => {
  const parts = { "x-sunset": "2026-05-01" };
  const after = await serveEnding(t, parts);
  t.is((await after.request("/")).status, 200);
  t.deepEqual(after.warnings, ["operation read is still served after its sunset, 2026-05-01"]);
  const before = await serveEnding(t, parts, new Date("2026-04-30T23:59:59.999Z"));
  t.deepEqual(before.warnings, []);
});

test("the end of an operation that cannot be told is refused at the start", async (t) => {
  const cases: readonly (readonly [string, OperationParts])[] = [
    ["has an x-deprecated-at and is not deprecated", { "x-deprecated-at": "2026-01-01" }],
    [
      "has its sunset before its deprecation (RFC 9745 §4)",
      { deprecated: true, "x-deprecated-at": "2026-02-01", "x-sunset": "2026-01-31" },
    ],
    ...["soon", "2026-13-01", "2026-01-01T00:00:00", 20260101].map(
      (sunset) =>
        [
          "has an x-sunset that is neither a date nor a time with its offset (RFC 3339)",
          { "x-sunset": sunset },
        ] as const,
    ),
  ];
  for (const [phrase, parts] of cases) {
    const error = await t.throwsAsync(serveEnding(t, parts), { instanceOf: ContractFault });
    t.deepEqual(error?.findings, [`operation read ${phrase}`]);
  }
});
