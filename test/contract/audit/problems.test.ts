import test from "ava";
import { findingsOf, type Served } from "../../support/contract/findings.ts";
import { ANYTHING, content, type OperationParts, operation, PROBLEM } from "../../support/contract/small-contract.ts";

const KEY = { type: "apiKey", in: "header", name: "X-Key" };
const COOKIE = { type: "apiKey", in: "cookie", name: "session" };
const SCHEMES = { key: KEY, cookie: COOKIE };
const AUTHENTICATORS = { key: async () => null, cookie: async () => null };

/** A response whose problems can have these types and no others. */
function problem(...types: readonly string[]) {
  return withSchema({ type: "object", required: ["type"], properties: { type: { type: "string", enum: types } } });
}

function withSchema(schema: object) {
  return { description: "A problem.", content: { "application/problem+json": { schema } } };
}

const BLANK = "about:blank";
/** The responses of an operation that takes no credential and no content, whose problems are all enumerated. */
const PLAIN = { "400": problem("urn:x:invalid-request"), "406": problem(BLANK), "500": problem(BLANK) };

interface Case extends OperationParts {
  readonly method?: string;
  readonly problems?: Served["problems"];
}

function small({ method = "get", problems, ...parts }: Case): Served {
  return {
    paths: { "/": { [method]: operation("read", parts) } },
    securitySchemes: SCHEMES,
    authenticators: AUTHENTICATORS,
    ...(problems && { problems }),
  };
}

const KEYED = { security: [{ key: [] }], responses: { ...PLAIN, "403": undefined } };
const UNAUTHORIZED = problem("urn:x:authentication-required", "urn:x:credential-refused");
const TWO = problem("urn:x:invalid-request", "urn:x:conflicting-credentials");
const GONE = { type: "urn:x:gone", status: 404 };
const header = (name: string, required = false) => ({ name, in: "header", required, schema: { type: "string" } });

/** Each document without a fault. */
const FAULTLESS: Readonly<Record<string, Case>> = {
  "a contract that leaves the types of its problems open": { responses: { "404": PROBLEM, "409": PROBLEM } },
  "problems of the runtime by their names": {
    ...KEYED,
    responses: { ...KEYED.responses, "400": TWO, "401": UNAUTHORIZED },
  },
  "names behind a slash or a sharp": {
    responses: { ...PLAIN, "400": problem("https://x.example/problems#invalid-request") },
  },
  "problems of the runtime that say no more than their status": {
    security: [{ key: [] }],
    responses: { ...PLAIN, "400": problem(BLANK), "401": problem(BLANK), "403": undefined },
  },
  "a problem of the application": { responses: { ...PLAIN, "404": problem(GONE.type) }, problems: [GONE] },
  "a type that is a constant": {
    responses: { ...PLAIN, "400": withSchema({ properties: { type: { const: BLANK } } }) },
  },
  "types of several schemas": {
    responses: {
      ...PLAIN,
      "404": withSchema({
        oneOf: [
          { properties: { type: { enum: [GONE.type] } } },
          { allOf: [{ type: "object" }, { properties: { type: { enum: ["urn:x:moved"] } } }] },
        ],
      }),
    },
    problems: [GONE, { type: "urn:x:moved", status: 404 }],
  },
  "a status for which the operation has what it takes": {
    method: "put",
    parameters: [header("If-Match", true), header("If-None-Match")],
    requestBody: content({}),
    responses: {
      "200": { ...ANYTHING, headers: { ETag: { schema: { type: "string" } } } },
      "304": { description: "Not modified." },
      "412": PROBLEM,
      "428": PROBLEM,
    },
  },
};

for (const [what, parts] of Object.entries(FAULTLESS)) {
  test(`the start takes ${what}`, async (t) => {
    t.deepEqual(await findingsOf(small(parts)), []);
  });
}

/** Each document with one fault, and the finding. */
const FAULTS: Readonly<Record<string, readonly [Case, string]>> = {
  "a status that the runtime answers and the contract lacks": [
    { responses: { "406": undefined } },
    "can answer 406, which it does not declare",
  ],
  "a problem of the runtime that its status lacks": [
    { ...KEYED, responses: { ...KEYED.responses, "401": UNAUTHORIZED } },
    "can answer 400 with the problem conflicting-credentials, which it does not declare",
  ],
  "a problem of the runtime without a name": [
    { responses: { ...PLAIN, "406": problem("urn:x:coding") } },
    "can answer 406 with the problem about:blank, which it does not declare",
  ],
  "a stale sign-in that its 401 lacks": [
    { ...KEYED, "x-max-authentication-age": 60, responses: { ...KEYED.responses, "400": TWO, "401": UNAUTHORIZED } },
    "can answer 401 with the problem reauthentication-required, which it does not declare",
  ],
  "a stale sign-in where none is asked for": [
    {
      ...KEYED,
      responses: { ...KEYED.responses, "400": TWO, "401": problem(BLANK, "urn:x:reauthentication-required") },
    },
    "declares the problem urn:x:reauthentication-required with 401, which nothing raises",
  ],
  "a missing scope where none is needed": [
    {
      ...KEYED,
      responses: { ...KEYED.responses, "400": TWO, "401": UNAUTHORIZED, "403": problem("urn:x:insufficient-scope") },
    },
    "declares the problem urn:x:insufficient-scope with 403, which nothing raises",
  ],
  "another site where no cookie counts": [
    { responses: { ...PLAIN, "403": problem("urn:x:cross-site-request") } },
    "declares the problem urn:x:cross-site-request with 403, which nothing raises",
  ],
  "credentials of different users where one at most counts": [
    { security: [{ cookie: [] }, {}], responses: { ...PLAIN, "400": TWO, "401": undefined, "403": undefined } },
    "declares the problem urn:x:conflicting-credentials with 400, which nothing raises",
  ],
  "a 406 where each client gets something": [
    { responses: { ...PLAIN, "204": { description: "Done." }, "406": problem(BLANK) }, problems: [] },
    "declares the problem about:blank with 406, which nothing raises",
  ],
  "a problem that the application does not raise": [
    { responses: { ...PLAIN, "404": problem("urn:x:gone", "urn:x:gnoe") }, problems: [GONE] },
    "declares the problem urn:x:gnoe with 404, which nothing raises",
  ],
  "a problem with another status": [
    { responses: { ...PLAIN, "404": problem(GONE.type), "409": problem(GONE.type) }, problems: [GONE] },
    "declares the problem urn:x:gone with 409, which nothing raises",
  ],
  "types that are left open by an application that says what it raises": [
    { responses: { ...PLAIN, "404": problem(GONE.type), "409": PROBLEM }, problems: [GONE] },
    "does not enumerate the types of its problems with 409",
  ],
  "content that is too large where none is taken": [
    { responses: { "413": PROBLEM } },
    "declares 413, but takes no content",
  ],
  "content of another kind where none is taken": [
    { responses: { "415": PROBLEM } },
    "declares 415, but takes no content",
  ],
  "a failed condition where there is none": [
    { responses: { "412": PROBLEM } },
    "declares 412, but takes no header parameter with a condition for it (RFC 9110 §13.1)",
  ],
  "a missing condition where there is none": [
    { responses: { "428": PROBLEM } },
    "declares 428, but takes no header parameter with a condition for it (RFC 9110 §13.1)",
  ],
  "an unchanged state where nobody can ask for it": [
    { responses: { "304": { description: "Not modified." } } },
    "declares 304, but takes no header parameter with a condition for it (RFC 9110 §13.1)",
  ],
  "an unchanged state without a tag for it": [
    { parameters: [header("If-None-Match")], responses: { "304": { description: "Not modified." } } },
    "declares 304, but its 200 has no ETag that a client could send back",
  ],
  ...Object.fromEntries(
    [405, 408, 417, 431, 505].map((status) => [
      `the status ${status}`,
      [{ responses: { [status]: PROBLEM } }, `declares ${status}, which is answered before there is an operation`],
    ]),
  ),
};

for (const [what, [parts, finding]] of Object.entries(FAULTS)) {
  test(`the start refuses ${what}`, async (t) => {
    t.deepEqual(await findingsOf(small(parts)), [`operation read ${finding}`]);
  });
}

test("the start refuses an application that raises what no operation declares with that status", async (t) => {
  const responses = { ...PLAIN, "404": problem(GONE.type) };
  const moved = { type: "urn:x:moved", status: 404 };
  t.deepEqual(await findingsOf(small({ responses, problems: [GONE, moved] })), [
    "the problem urn:x:moved is declared with 404 by no operation",
  ]);
});

test("the start finds the types of problems of several forms in one media type, by the first of the paths that a form has", async (t) => {
  const wrapped = (type: string) => withSchema({ properties: { error: { properties: { type: { enum: [type] } } } } });
  const responses = { ...PLAIN, "404": wrapped(GONE.type), "409": problem("urn:x:taken"), "410": PROBLEM };
  const problemTypeMembers = { "application/problem+json": [["error", "type"], ["type"]] };
  const taken = { type: "urn:x:taken", status: 409 };
  t.deepEqual(await findingsOf({ ...small({ responses, problems: [GONE, taken] }), problemTypeMembers }), [
    "operation read does not enumerate the types of its problems with 410",
  ]);
  t.deepEqual(
    await findingsOf({
      ...small({ responses: { ...responses, "410": undefined }, problems: [GONE] }),
      problemTypeMembers,
    }),
    ["operation read declares the problem urn:x:taken with 409, which nothing raises"],
  );
});
