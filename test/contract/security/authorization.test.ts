import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { ContractFault } from "../../../src/contract/document/document.ts";
import { asEnvelopeJson, asProblemJson } from "../../../src/problems/envelope.ts";
import {
  ANYTHING,
  content,
  json,
  type OperationParts,
  operation,
  PROBLEM,
  type SmallAppOptions,
  type Somebody,
  serveSmall,
  TWO_FACTOR,
} from "../../support/contract/small-contract.ts";

const NOW = new Date("2026-01-31T12:00:00.000Z");
const secondsAgo = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);

const SCHEMES = {
  token: { type: "apiKey", in: "header", name: "Token" },
  bearer: { type: "http", scheme: "bearer" },
  cookie: { type: "apiKey", in: "cookie", name: "session" },
};

/** The principals, by credential; the schemes share them. */
const PEOPLE: Readonly<Record<string, Somebody>> = {
  reader: { name: "ada", scopes: ["read"] },
  writer: { name: "ada", scopes: ["write"] },
  both: { name: "ada", scopes: ["read", "write"], authenticatedAt: secondsAgo(60) },
  nothing: { name: "ada", scopes: [] },
  stranger: { name: "mallory", scopes: ["read", "write"] },
  fresh: { name: "ada", scopes: ["write"], authenticatedAt: secondsAgo(0) },
  stale: { name: "ada", scopes: ["write"], authenticatedAt: secondsAgo(61) },
  ahead: { name: "ada", scopes: ["write"], authenticatedAt: secondsAgo(-60) },
  farAhead: { name: "ada", scopes: ["write"], authenticatedAt: secondsAgo(-61) },
  twice: { name: "ada", scopes: ["write"], authenticatedAt: secondsAgo(600), factorAt: secondsAgo(60) },
  twiceLongAgo: { name: "ada", scopes: ["write"], authenticatedAt: secondsAgo(0), factorAt: secondsAgo(61) },
  neverAuthenticated: { name: "ada", scopes: ["write"], authenticatedAt: new Date(Number.NaN) },
};
const authenticate = async (credential: string) => PEOPLE[credential] ?? null;
const AUTHENTICATORS = { token: authenticate, bearer: authenticate, cookie: authenticate };

/** Serves `/it`: GET (or another method) as declared. The answer names the principal that the handler was given. */
function serve(t: ExecutionContext, parts: OperationParts, options: Partial<SmallAppOptions> = {}, method = "get") {
  return serveSmall(t, {
    paths: { "/it": { [method]: operation("it", parts) } },
    securitySchemes: SCHEMES,
    authenticators: AUTHENTICATORS,
    now: () => NOW,
    handlers: {
      // A body is plain data; a principal has a date.
      it: ({ principal, principals, header }) => ({
        status: 200,
        body: JSON.parse(JSON.stringify({ principal, principals, header })),
      }),
    },
    ...options,
  });
}

const allOf = (scopes: readonly string[]) => [{ token: scopes }, { bearer: scopes }, { cookie: scopes }];

test("a credential that lacks the scope is refused with 403, by whichever scheme it comes", async (t) => {
  const { request } = await serve(t, { security: allOf(["write"]) });
  const carriers: Record<string, (credential: string) => Record<string, string>> = {
    token: (credential) => ({ Token: credential }),
    bearer: (credential) => ({ Authorization: `Bearer ${credential}` }),
    cookie: (credential) => ({ Cookie: `session=${credential}` }),
  };
  for (const [scheme, carry] of Object.entries(carriers)) {
    for (const credential of ["reader", "nothing"]) {
      const refused = await request("/it", { headers: carry(credential) });
      t.is(refused.status, 403, scheme);
      t.regex(
        refused.headers.get("WWW-Authenticate") ?? "",
        /Bearer realm="small", error="insufficient_scope", scope="write"/,
      );
      t.regex((await json(refused)).detail, /\bwrite\b/);
    }
    t.is((await request("/it", { headers: carry("writer") })).status, 200, scheme);
    t.is((await request("/it", { headers: carry("unknown") })).status, 401, scheme);
  }
  const anonymous = await request("/it");
  t.is(anonymous.status, 401);
  t.notRegex(anonymous.headers.get("WWW-Authenticate") ?? "", /scope/);
});

test("all scopes of an alternative are needed", async (t) => {
  const { request } = await serve(t, { security: [{ token: ["read", "write"] }] });
  for (const credential of ["reader", "writer", "nothing"]) {
    t.is((await request("/it", { headers: { Token: credential } })).status, 403, credential);
  }
  t.is((await request("/it", { headers: { Token: "both" } })).status, 200);
});

test("a scheme without scopes asks for none", async (t) => {
  const { request } = await serve(t, { security: [{ token: [] }] });
  t.is((await request("/it", { headers: { Token: "nothing" } })).status, 200);
});

test("where one credential may not, another of the same user may, and it alone counts", async (t) => {
  const { request } = await serve(t, { security: allOf(["write"]) });
  const answer = await request("/it", { headers: { Token: "reader", Cookie: "session=writer" } });
  t.is(answer.status, 200);
  const { principal, principals } = await json(answer);
  t.deepEqual(principal, PEOPLE.writer);
  t.deepEqual(principals, [PEOPLE.writer]);
});

test("scopes of two credentials do not add up", async (t) => {
  const { request } = await serve(t, { security: allOf(["read", "write"]) });
  t.is((await request("/it", { headers: { Token: "reader", Cookie: "session=writer" } })).status, 403);
});

test("schemes that are needed together each need their own scope", async (t) => {
  const { request } = await serve(t, { security: [{ token: ["read"], cookie: ["write"] }] });
  t.is((await request("/it", { headers: { Token: "reader", Cookie: "session=writer" } })).status, 200);
  t.is((await request("/it", { headers: { Token: "writer", Cookie: "session=reader" } })).status, 403);
  t.is((await request("/it", { headers: { Token: "both" } })).status, 401);
});

test("where anybody may, a credential that lacks the scope is as good as none", async (t) => {
  const { request } = await serve(t, { security: [{ token: ["write"] }, {}] });
  const answer = await request("/it", { headers: { Token: "reader" } });
  t.is(answer.status, 200);
  t.deepEqual((await json(answer)).principals, []);
  t.deepEqual((await json(await request("/it", { headers: { Token: "writer" } }))).principals, [PEOPLE.writer]);
});

test("credentials of different users are a 400 also when one of them may not", async (t) => {
  const { request } = await serve(t, { security: allOf(["write"]) });
  t.is((await request("/it", { headers: { Token: "reader", Cookie: "session=stranger" } })).status, 400);
});

test("403 comes before a byte of the content is looked at", async (t) => {
  const parts = { security: [{ token: ["write"] }], requestBody: content({ type: "object" }) };
  const { request } = await serve(t, parts, {}, "post");
  const body = { method: "POST", body: "{", headers: { "Content-Type": "application/json" } };
  t.is((await request("/it", { ...body, headers: { ...body.headers, Token: "reader" } })).status, 403);
  t.is((await request("/it", { ...body, headers: { ...body.headers, Token: "writer" } })).status, 400);
});

test("a credential that is not fresh enough is a 401 that says so", async (t) => {
  const { request } = await serve(t, { security: allOf(["write"]), "x-max-authentication-age": 60 });
  for (const credential of ["stale", "farAhead", "writer", "neverAuthenticated"]) {
    const refused = await request("/it", { headers: { Token: credential } });
    t.is(refused.status, 401, credential);
    t.true((await json(refused)).reauth_required);
    t.regex(
      refused.headers.get("WWW-Authenticate") ?? "",
      /Bearer realm="small", error="insufficient_user_authentication", max_age="60"/,
    );
  }
  t.is((await request("/it", { headers: { Token: "fresh" } })).status, 200);
  t.is((await request("/it", { headers: { Token: "both" } })).status, 200, "as old as it may be");
  t.is((await request("/it", { headers: { Token: "ahead" } })).status, 200, "the clock was set back a little");
});

test("an authentication context counts from the time at which it was proved, and the challenge names it", async (t) => {
  const demands = { "x-max-authentication-age": 60, "x-authentication-context": TWO_FACTOR };
  const { request } = await serve(t, { security: allOf(["write"]), ...demands });
  for (const credential of ["fresh", "stale", "twiceLongAgo", "neverAuthenticated"]) {
    const refused = await request("/it", { headers: { Token: credential } });
    t.is(refused.status, 401, credential);
    t.true((await json(refused)).reauth_required);
    t.regex(
      refused.headers.get("WWW-Authenticate") ?? "",
      /, error="insufficient_user_authentication", acr_values="urn:small:acr:two-factor", max_age="60"/,
    );
  }
  t.is((await request("/it", { headers: { Token: "twice" } })).status, 200);
  t.is((await request("/it", { headers: { Token: "reader" } })).status, 403, "scopes come first");
});

test("an authentication context without an age asks for no time, and the challenge names none", async (t) => {
  const { request } = await serve(t, { security: allOf([]), "x-authentication-context": TWO_FACTOR });
  t.is((await request("/it", { headers: { Token: "twiceLongAgo" } })).status, 200);
  const refused = await request("/it", { headers: { Token: "fresh" } });
  t.is(refused.status, 401);
  t.regex(refused.headers.get("WWW-Authenticate") ?? "", /acr_values="urn:small:acr:two-factor"(?!, max_age)/);
  const both = await request("/it", { headers: { Token: "fresh", Cookie: "session=twiceLongAgo" } });
  t.is((await json(both)).principals.length, 1, "the one that meets the demand counts alone");
});

test("freshness is demanded only of principals that hold the scopes, and only where the contract demands it", async (t) => {
  const demanding = await serve(t, { security: allOf(["write"]), "x-max-authentication-age": 60 });
  t.is((await demanding.request("/it", { headers: { Token: "reader" } })).status, 403);
  for (const headers of [{}, { Token: "unknown" }]) {
    const refused = await demanding.request("/it", { headers });
    t.is(refused.status, 401);
    t.is((await json(refused)).reauth_required, undefined);
  }
  const easy = await serve(t, { security: allOf(["write"]) });
  t.is((await easy.request("/it", { headers: { Token: "stale" } })).status, 200);
});

test("a fresh credential makes up for a stale one of the same user, and it alone counts", async (t) => {
  const { request } = await serve(t, { security: allOf([]), "x-max-authentication-age": 60 });
  const answer = await request("/it", { headers: { Token: "stale", Cookie: "session=fresh" } });
  t.is(answer.status, 200);
  t.is((await json(answer)).principals.length, 1);
});

test("whatever the age and the limit, a credential passes exactly up to the limit, in the future too", async (t) => {
  let authenticatedAt = NOW;
  const authenticators = { ...AUTHENTICATORS, token: async () => ({ name: "ada", authenticatedAt }) };
  const limit = 86_400;
  const parts = { security: [{ token: [] }], "x-max-authentication-age": limit };
  const { request } = await serve(t, parts, { authenticators });
  const milliseconds = fc.oneof(
    fc.integer({ min: -limit * 2_000, max: limit * 2_000 }),
    fc.integer({ min: limit * 1_000 - 2, max: limit * 1_000 + 2 }),
  );
  await t.notThrowsAsync(
    fc.assert(
      fc.asyncProperty(milliseconds, async (age) => {
        authenticatedAt = new Date(NOW.getTime() - age);
        const { status } = await request("/it", { headers: { Token: "any" } });
        return status === (Math.abs(age) <= limit * 1_000 ? 200 : 401);
      }),
      { numRuns: 100 },
    ),
  );
});

test("both shapes of an error tell that the password is wanted once more", (t) => {
  const problem = { type: "about:blank", title: "Unauthorized", status: 401, reauth_required: true, instance: "urn:x" };
  const envelope = {
    meta: { code: 401 },
    response: { type: "about:blank", errors: ["Unauthorized"], reauth_required: true },
  };
  t.deepEqual(JSON.parse(asEnvelopeJson({ ...problem, reauth_required: true })), envelope);
  t.deepEqual(JSON.parse(asProblemJson({ ...problem, reauth_required: true })), { ...problem, ...envelope });
  const { reauth_required: _, ...other } = problem;
  t.deepEqual(JSON.parse(asEnvelopeJson(other)).response, { type: "about:blank", errors: ["Unauthorized"] });
});

test("behind https only the cookie with the prefix is a credential", async (t) => {
  const cookiePrefix = (ctx: { get(name: string): string }) => (ctx.get("X-Test-Secure") === "1" ? "__Host-" : "");
  const { request } = await serve(t, { security: [{ cookie: [] }] }, { cookiePrefix });
  const secure = { "X-Test-Secure": "1" };
  t.is((await request("/it", { headers: { ...secure, Cookie: "__Host-session=reader" } })).status, 200);
  t.is((await request("/it", { headers: { ...secure, Cookie: "session=reader" } })).status, 401);
  t.is((await request("/it", { headers: { Cookie: "__Host-session=reader" } })).status, 401);
  const planted = await request("/it", { headers: { ...secure, Cookie: "session=stranger; __Host-session=reader" } });
  t.deepEqual((await json(planted)).principal, PEOPLE.reader);
  const challenged = await request("/it", { headers: secure });
  t.is(challenged.headers.get("WWW-Authenticate"), 'Cookie realm="small", cookie-name="__Host-session"');
});

const IF_MATCH = { name: "If-Match", in: "header", required: true, schema: { type: "string" } };
const CONDITIONAL = { parameters: [IF_MATCH], responses: { "412": PROBLEM, "428": PROBLEM } };

test("a change that does not say which state it is meant for is a 428, once its sender is authenticated", async (t) => {
  const { request } = await serve(t, { ...CONDITIONAL, security: [{ token: ["write"] }] }, {}, "patch");
  const patch = (headers: Record<string, string>) => request("/it", { method: "PATCH", headers });
  t.is((await patch({})).status, 401);
  t.is((await patch({ Token: "reader" })).status, 403);
  t.is((await patch({ Token: "writer" })).status, 428);
  t.is((await patch({ Token: "writer", "If-Match": "" })).status, 428);
  const answer = await patch({ Token: "writer", "If-Match": '"1.a"' });
  t.is(answer.status, 200);
  t.deepEqual((await json(answer)).header, { "if-match": '"1.a"' });
});

test("where If-Match is optional it may be left out", async (t) => {
  const { request } = await serve(t, { parameters: [{ ...IF_MATCH, required: false }] }, {}, "patch");
  t.is((await request("/it", { method: "PATCH" })).status, 200);
});

const FAULTS: Readonly<Record<string, readonly [OperationParts, RegExp]>> = {
  "an unknown scope": [{ security: [{ token: ["fly"] }] }, /operation it needs the unknown scope fly$/m],
  "scopes that are no list": [{ security: [{ token: { write: true } }] }, /operation it needs the unknown scope/],
  "no scopes where a list belongs": [{ security: [{ token: null }] }, /operation it needs the unknown scope null$/m],
  "an alternative that is no object": [{ security: [null] }, /operation it needs the unknown security scheme null$/m],
  "scopes without a 403": [
    { security: [{ token: ["read"] }], responses: { "403": undefined } },
    /operation it can answer 403, which it does not declare$/m,
  ],
  "a freshness that is no number": [
    { security: [{ token: [] }], "x-max-authentication-age": "60" },
    /operation it has an x-max-authentication-age that is not a positive number of whole seconds$/m,
  ],
  "a freshness of nothing": [
    { security: [{ token: [] }], "x-max-authentication-age": 0 },
    /operation it has an x-max-authentication-age that is not a positive number of whole seconds$/m,
  ],
  "a freshness of anybody": [
    { security: [{ token: [] }, {}], "x-max-authentication-age": 60 },
    /operation it has an x-max-authentication-age, but lets requests pass without a credential$/m,
  ],
  "an unknown authentication context": [
    { security: [{ token: [] }], "x-authentication-context": "urn:small:acr:three-factor" },
    /operation it needs the unknown authentication context urn:small:acr:three-factor$/m,
  ],
  "an authentication context that is no text": [
    { security: [{ token: [] }], "x-authentication-context": [TWO_FACTOR] },
    /operation it needs the unknown authentication context/,
  ],
  "an authentication context of anybody": [
    { security: [{ token: [] }, {}], "x-authentication-context": TWO_FACTOR },
    /operation it has an x-authentication-context, but lets requests pass without a credential$/m,
  ],
  "an If-Match that nothing comes of": [
    { parameters: [IF_MATCH], responses: { "428": PROBLEM } },
    /operation it can answer 412, which it does not declare$/m,
  ],
  "an If-Match that may be forgotten": [
    { parameters: [IF_MATCH], responses: { "412": PROBLEM, "200": ANYTHING } },
    /operation it can answer 428, which it does not declare$/m,
  ],
};

for (const [fault, [parts, finding]] of Object.entries(FAULTS)) {
  test(`the start refuses ${fault}`, async (t) => {
    const error = await t.throwsAsync(() => serve(t, parts), { instanceOf: ContractFault });
    t.regex(error.message, finding);
  });
}
