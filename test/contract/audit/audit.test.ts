import test from "ava";
import { ContractFault } from "../../../src/contract/document/document.ts";
import { loadDocument, parseDocument } from "../../../src/contract/document/parse.ts";
import { ANSWER, findingsOf, type Served } from "../../support/contract/findings.ts";
import { ANYTHING, content, type OperationParts, operation, PROBLEM } from "../../support/contract/small-contract.ts";

const NOBODY = async () => null;
const KEY = { type: "apiKey", in: "header", name: "X-Key" };

const LIST = { type: "array", items: { type: "string" } };
const OBJECT = { type: "object", properties: { a: { type: "string" } } };

function parameter(members: object) {
  return { name: "q", in: "query", schema: { type: "string" }, ...members };
}

const reading = (parts: OperationParts) => ({ paths: { "/": { get: operation("read", parts) } } });
const writing = (parts: OperationParts) => ({ paths: { "/": { post: operation("read", parts) } } });
const answering = (schema: unknown, members: object = {}) =>
  reading({ responses: { "200": { description: "It.", content: { "application/json": { schema, ...members } } } } });

for (const [what, contract, ...findings] of [
  ["a method", { paths: { "/a~": { gett: {} } } }, "/paths/~1a~0/gett: is not known to OpenAPI 3.1 here"],
  ["a member of an operation", reading({ respnses: {} }), "/paths/~1/get/respnses: is not known to OpenAPI 3.1 here"],
  ["a member of the document", { paths: {}, root: { componets: {} } }, "/componets: is not known to OpenAPI 3.1 here"],
  ["a path without a slash", { paths: { a: {} } }, "/paths/a: is not known to OpenAPI 3.1 here"],
  [
    "a member of a parameter",
    reading({ parameters: [parameter({ styel: 1 })] }),
    "/paths/~1/get/parameters/0/styel: is",
  ],
  [
    "a place",
    reading({ parameters: [parameter({ in: "pth" })] }),
    "/paths/~1/get/parameters/0/in: must be one of query,",
  ],
  [
    "a parameter without a schema",
    reading({ parameters: [{ name: "q", in: "query" }] }),
    "/paths/~1/get/parameters/0: lacks schema or lacks content",
  ],
  [
    "a response",
    reading({ responses: { "200": { descripton: "It." } } }),
    "/paths/~1/get/responses/200: lacks description",
  ],
  [
    "a kind of scheme",
    { paths: {}, securitySchemes: { key: { ...KEY, type: "apikey" } } },
    "/components/securitySchemes/key/type: must be one of apiKey,",
  ],
  ["a type", reading({ summary: 7 }), "/paths/~1/get/summary: must be string"],
  [
    "two faults",
    { paths: { "/": { gett: {} } }, root: { componets: {} } },
    "/componets: is not known",
    "/paths/~1/gett: is not known",
  ],
] satisfies [string, Served, ...string[]][]) {
  test(`${what} that is misspelt or malformed is one sentence, with its place`, async (t) => {
    const found = (await findingsOf(contract)).filter((finding) => finding.startsWith("/")).toSorted();
    t.is(found.length, findings.length, found.join("\n"));
    for (const [index, finding] of findings.entries()) t.true(found[index]?.startsWith(finding), found[index]);
  });
}

test("a tag that the document does not have is a finding", async (t) => {
  const root = { tags: [{ name: "Likes" }] };
  t.deepEqual(await findingsOf({ ...reading({ tags: ["Likes"] }), root }), []);
  t.deepEqual(await findingsOf({ ...reading({ tags: ["Lieks"] }), root }), [
    "operation read has the unknown tag Lieks",
  ]);
});

test("a document that all is there for has no finding", async (t) => {
  t.deepEqual(
    await findingsOf({
      paths: {
        "/": { get: operation("read", { security: [{ key: [] }, {}] }) },
        "/{id}": {
          parameters: [parameter({ name: "id", in: "path", required: true })],
          put: operation("write", {
            security: [{ key: [] }],
            requestBody: content({ $ref: "#/components/schemas/It" }, { required: true }, [
              "application/json",
              "application/x-www-form-urlencoded",
            ]),
            parameters: [parameter({ schema: { type: "array", items: { type: "integer" } } })],
          }),
        },
      },
      schemas: { It: { type: "object", properties: { it: { $ref: "#/components/schemas/It" } } } },
      securitySchemes: { key: KEY },
      handlers: { read: ANSWER, write: ANSWER },
      authenticators: { key: NOBODY },
    }),
    [],
  );
});

/** Each fault, a document that has it, and the finding of the start. */
const FAULTS: readonly (readonly [string, Served, RegExp])[] = [
  ["an operation without a handler", { ...reading({}), handlers: {} }, /^operation read has no handler$/],
  [
    "an operation that only Object.prototype has a function for",
    { paths: { "/": { get: operation("toString") } }, handlers: {} },
    /^operation toString has no handler$/,
  ],
  [
    "a handler without an operation",
    { ...reading({}), handlers: { read: ANSWER, surplus: ANSWER } },
    /^handler surplus has no operation$/,
  ],
  [
    "an operationId that is used twice",
    { paths: { "/": { get: operation("read") }, "/other": { get: operation("read") } } },
    /^operationId read is used more than once$/,
  ],
  [
    "an operation without an operationId",
    { paths: { "/": { get: { ...operation("x"), operationId: undefined } } } },
    /has no operationId$/,
  ],
  [
    "a scheme without an authenticator",
    { ...reading({}), securitySchemes: { key: KEY } },
    /^security scheme key has no authenticator$/,
  ],
  [
    "an authenticator without a scheme",
    { ...reading({}), authenticators: { key: NOBODY } },
    /^authenticator key has no security scheme$/,
  ],
  ...[{ type: "mutualTLS" }, { type: "http", scheme: "digest" }, { type: "http", scheme: "hoba" }].map(
    (scheme) =>
      [
        `a scheme of a kind that nobody reads: ${Object.values(scheme).slice(0, 2).join(" ")}`,
        { ...reading({}), securitySchemes: { key: scheme }, authenticators: { key: NOBODY } },
        /^security scheme key is of a kind that is not supported$/,
      ] as const,
  ),
  ["an unknown scheme", reading({ security: [{ ghost: [] }] }), /needs the unknown security scheme ghost$/],
  ["a requirement that is no object", reading({ security: [null] }), /needs the unknown security scheme null$/],
  [
    "no security",
    {
      paths: { "/": { get: { ...operation("read"), security: undefined } } },
      securitySchemes: { key: KEY },
      authenticators: { key: NOBODY },
    },
    /declares no security; `security: \[\]` makes it public$/,
  ],
  [
    "scopes where nobody reads them",
    { paths: { "/": { get: operation("read", { "x-scopes": ["write"] }) } } },
    /declares x-scopes; write each scheme's scopes in its security$/,
  ],
  [
    "a media type without a parser",
    writing({ requestBody: content({}, {}, ["application/xml"]) }),
    /takes application\/xml, for which there is no parser$/,
  ],
  [
    "content without a schema",
    writing({ requestBody: { "x-max-bytes": 1, content: { "application/json": {} } } }),
    /takes application\/json without a schema$/,
  ],
  [
    "content of no media type",
    writing({ requestBody: { "x-max-bytes": 1, content: {} } }),
    /takes content of no media type$/,
  ],
  [
    "content without a limit",
    writing({ requestBody: { content: { "application/json": { schema: {} } } } }),
    /takes content of any size: give it x-max-bytes$/,
  ],
  ["content of a GET", reading({ requestBody: content({}) }), /is a GET and takes content/],
  [
    "a media type without a serialiser",
    reading({ responses: { "200": { description: "It.", content: { "image/png": { schema: {} } } } } }),
    /answers image\/png, for which there is no serialiser$/,
  ],
  [
    "an answer without a schema",
    reading({ responses: { "200": { description: "It.", content: { "application/json": {} } } } }),
    /answers 200 as application\/json without a schema$/,
  ],
  [
    "a problem in a media type that no problem is written in",
    reading({ responses: { "404": { description: "It.", content: { "text/html": { schema: {} } } } } }),
    /declares 404 as text\/html, in which no problem can be written$/,
  ],
  [
    "an error without content",
    reading({ responses: { "404": { description: "It." } } }),
    /declares 404 without content/,
  ],
  [
    "a header without a schema",
    reading({ responses: { "200": { ...ANYTHING, headers: { "X-A": {} } } } }),
    /declares the header X-A without a schema$/,
  ],
  [
    "a `default` response",
    reading({ responses: { default: PROBLEM } }),
    /declares the response default: statuses are declared one by one$/,
  ],
  [
    "a range of statuses",
    reading({ responses: { "4XX": PROBLEM } }),
    /declares the response 4XX: statuses are declared one by one$/,
  ],
  ...[400, 406, 500].map(
    (status) =>
      [
        `no ${status}`,
        reading({ responses: { [status]: undefined } }),
        new RegExp(`can answer ${status}, which it does not declare$`),
      ] as const,
  ),
  ...[413, 415].map(
    (status) =>
      [
        `no ${status} where there is content`,
        writing({ requestBody: content({}), responses: { [status]: undefined } }),
        new RegExp(`can answer ${status}, which it does not declare$`),
      ] as const,
  ),
  [
    "no 401 where a credential is demanded",
    {
      ...reading({ security: [{ key: [] }], responses: { "401": undefined } }),
      securitySchemes: { key: KEY },
      authenticators: { key: NOBODY },
    },
    /can answer 401, which it does not declare$/,
  ],
  [
    "no 403 where a cookie is taken",
    {
      ...writing({ security: [{ key: [] }], responses: { "403": undefined } }),
      securitySchemes: { key: { ...KEY, in: "cookie" } },
      authenticators: { key: NOBODY },
    },
    /can answer 403, which it does not declare$/,
  ],
  [
    "no 403 where a cookie is set",
    writing({ responses: { "200": { ...ANYTHING, headers: { "Set-Cookie": { schema: { type: "string" } } } } } }),
    /can answer 403, which it does not declare$/,
  ],
  ["a format that nobody checks", answering({ type: "string", format: "isbn" }), /nobody checks the format isbn$/],
  [
    "such a format where null is allowed too",
    answering({ type: ["string", "null"], format: "isbn" }),
    /nobody checks the format isbn$/,
  ],
  [
    "an example that its schema refuses",
    answering({ type: "string" }, { example: 1 }),
    /the example does not match its schema/,
  ],
  [
    "a named example that its schema refuses",
    answering({ type: "string" }, { examples: { good: { value: "a" }, bad: { value: 1 } } }),
    /the example bad does not match its schema/,
  ],
  [
    "a shared example that its schema refuses",
    {
      ...answering({ type: "string" }, { examples: { bad: { $ref: "#/components/examples/Bad" } } }),
      root: { components: { examples: { Bad: { value: 1 } } } },
    },
    /the example bad does not match its schema/,
  ],
  ["an example in a schema", answering({ type: "string", examples: ["a", 1] }), /an example does not match its schema/],
  [
    "an example of a parameter",
    reading({ parameters: [parameter({ schema: { type: "integer" }, example: "many" })] }),
    /the example does not match its schema/,
  ],
  [
    "an example of a header",
    reading({
      responses: { "200": { ...ANYTHING, headers: { "X-A": { schema: { type: "integer" }, example: "a" } } } },
    }),
    /the example does not match its schema/,
  ],
  [
    "a default that its schema refuses",
    answering({ type: "integer", default: "x" }),
    /the default does not match its schema/,
  ],
  [
    "a default where null is allowed too",
    answering({ type: ["integer", "null"], default: "x" }),
    /the default does not match its schema/,
  ],
  [
    "a schema that cannot be compiled",
    answering({ type: "string", pattern: "[" }),
    /cannot hold 200 to .*Invalid regular expression/,
  ],
  [
    "a link that leads nowhere",
    reading({ responses: { "200": { ...ANYTHING, links: { next: { operationId: "ghost" } } } } }),
    /leads to the unknown operation ghost$/,
  ],
  [
    "a $ref that leads nowhere",
    answering({ $ref: "#/components/schemas/Ghost" }),
    /\$ref #\/components\/schemas\/Ghost does not lead/,
  ],
  [
    "a $ref in a circle",
    { ...answering({ $ref: "#/components/schemas/A" }), schemas: { A: { $ref: "#/components/schemas/A" } } },
    /#\/components\/schemas\/A does not lead/,
  ],
  ["a $ref to another document", answering({ $ref: "other.yaml#/A" }), /\$ref other\.yaml#\/A does not lead/],
  [
    "a response that is not there",
    reading({ responses: { "404": { $ref: "#/components/responses/Ghost" } } }),
    /Ghost does not lead/,
  ],
  [
    "a server with a path",
    { ...reading({}), root: { servers: [{ url: "https://example.com/v1" }] } },
    /^server https:\/\/example\.com\/v1 has a path/,
  ],
  [
    "two paths that differ only in a name",
    {
      paths: {
        "/{a}": { get: operation("read", { parameters: [parameter({ name: "a", in: "path", required: true })] }) },
        "/{b}": { post: operation("write", { parameters: [parameter({ name: "b", in: "path", required: true })] }) },
      },
      handlers: { read: ANSWER, write: ANSWER },
    },
    /^path \/\{b\} is the same as \/\{a\}$/,
  ],
  ...["/a!", "/a*", "/a(b)", "/a?b", "/a b", "/ä", "/{article-id}", "/{a b}", "/{}", "/{a", "a"].map(
    (path) =>
      [
        `the path ${path}`,
        { paths: { [path]: { get: operation("read") } } },
        /^path .* has a sign or a name in it that cannot be routed$/,
      ] as const,
  ),
  ...["/%41", "/a%2fb", "/%zz", "/a%", "/%ff", "/%7E"].map(
    (path) =>
      [
        `the path ${path}`,
        { paths: { [path]: { get: operation("read") } } },
        /^path .* has a percent-encoding that is not in its normal spelling$/,
      ] as const,
  ),
  [
    "a name in a path that is not declared",
    { paths: { "/{id}": { get: operation("read") } } },
    /does not declare \{id\} of its path$/,
  ],
  [
    "a path parameter that the path lacks",
    reading({ parameters: [parameter({ name: "id", in: "path", required: true })] }),
    /declares \{id\}, which its path lacks$/,
  ],
  [
    "a parameter that is declared twice",
    reading({ parameters: [parameter({}), parameter({ description: "Again." })] }),
    /declares the parameter in query q more than once$/,
  ],
  [
    "a header that is declared twice, in two spellings",
    reading({ parameters: [parameter({ in: "header", name: "X-A" }), parameter({ in: "header", name: "x-a" })] }),
    /declares the parameter in header x-a more than once$/,
  ],
  ...[
    [{ style: "deepObject", schema: { type: "object" } }, /parameter q is an object without members$/],
    [{ style: "deepObject", schema: { type: "string" } }, /parameter q is one text, in the style deepObject$/],
    [{ style: "deepObject", schema: LIST }, /parameter q is no object, in the style deepObject$/],
    [{ style: "deepObject", explode: false, schema: OBJECT }, /parameter q is not exploded, in the style deepObject$/],
    [{ style: "pipeDelimited", schema: { type: "array" } }, /parameter q is a list of elements without a type$/],
    [{ style: "pipeDelimited", explode: true, schema: LIST }, /parameter q is exploded, in the style pipeDelimited$/],
    [{ style: "spaceDelimited", schema: { type: "integer" } }, /parameter q is one text, in the style spaceDelimited$/],
    [{ explode: false, schema: { type: "array" } }, /parameter q is a list of elements without a type$/],
    [
      { explode: false, schema: { type: "array", items: LIST } },
      /parameter q has an element that is a list or an object/,
    ],
    [{ explode: false, schema: { type: "array", items: {} } }, /parameter q has an element without a type$/],
    [{ schema: { type: "object", properties: { a: OBJECT } } }, /parameter q has a member that is a list or an object/],
    [{ schema: { type: "object", properties: { a: {} } } }, /parameter q has a member without a type$/],
    [{ schema: { type: ["array", "string"] } }, /parameter q may be a list, an object or one text/],
    [{ schema: { type: "array" } }, /parameter q is a list of elements without a type$/],
    [{ schema: {} }, /parameter q has a schema without a type$/],
    [{ schema: undefined, content: { "application/json": {} } }, /parameter q has no schema$/],
    [
      { schema: undefined, content: { "application/xml": { schema: {} } } },
      /parameter q is application\/xml, for which/,
    ],
    [{ in: "cookie", schema: LIST }, /parameter q is exploded into several values, for which a cookie has no place/],
    [{ name: "filter[a]" }, /parameter filter\[a\] has brackets/],
    [{ in: "header", name: "AUTHORIZATION" }, /parameter AUTHORIZATION is no parameter/],
    [{ in: "body" }, /parameter q stands in body/],
  ].map(
    ([members, expected]) =>
      [
        `the parameter ${JSON.stringify(members)}`,
        reading({ parameters: [parameter(members as object)] }),
        expected as RegExp,
      ] as const,
  ),
  ...["head", "options", "trace"].map(
    (method) =>
      [
        `a ${method.toUpperCase()}`,
        { paths: { "/": { [method]: operation("read") } } },
        new RegExp(`is a ${method.toUpperCase()}, which no handler answers$`),
      ] as const,
  ),
];

for (const [what, served, expected] of FAULTS) {
  test(`the start refuses ${what}`, async (t) => {
    const findings = await findingsOf(served);
    t.true(
      findings.some((finding) => expected.test(finding)),
      `${expected} is not among:\n${findings.join("\n")}`,
    );
  });
}

test("the start refuses a path parameter that is not required", async (t) => {
  const findings = await findingsOf({
    paths: { "/{id}": { get: operation("read", { parameters: [parameter({ name: "id", in: "path" })] }) } },
  });
  t.true(findings.some((finding) => finding.endsWith("parameter id is in the path and not required")));
});

test("one start tells of all faults of a document", async (t) => {
  const findings = await findingsOf({
    paths: {
      "/one": {
        get: operation("one", {
          security: [{ ghost: [] }],
          parameters: [parameter({ style: "deepObject" })],
          responses: { "406": undefined, default: PROBLEM, "2XX": ANYTHING },
        }),
      },
      "/two": {
        post: {
          ...operation("two", { requestBody: { content: { "application/xml": { schema: {} } } } }),
          security: undefined,
        },
      },
      "/three": {
        get: operation("two", {
          responses: {
            "200": {
              description: "It.",
              content: { "image/png": { schema: { type: "string", format: "isbn", default: 1 } } },
              links: { next: { operationId: "nowhere" } },
            },
            "404": { $ref: "#/components/responses/Ghost" },
            "409": {
              description: "It.",
              content: { "application/problem+json": { schema: { type: "object" }, example: 1 } },
            },
          },
        }),
      },
    },
    securitySchemes: { key: KEY, certificate: { type: "mutualTLS" } },
    handlers: { one: ANSWER, surplus: ANSWER },
    authenticators: { certificate: NOBODY, lost: NOBODY },
  });
  for (const expected of [
    /^operation two has no handler$/,
    /^handler surplus has no operation$/,
    /^operationId two is used more than once$/,
    /^security scheme key has no authenticator$/,
    /^security scheme certificate is of a kind/,
    /^authenticator lost has no security scheme$/,
    /^operation one needs the unknown security scheme ghost$/,
    /^operation one parameter q is one text, in the style deepObject$/,
    /^operation one declares the response default/,
    /^operation one declares the response 2XX/,
    /^operation one can answer 406/,
    /^operation two declares no security/,
    /^operation two takes content of any size/,
    /^operation two takes application\/xml/,
    /^operation two answers image\/png/,
    /nobody checks the format isbn$/,
    /the default does not match its schema/,
    /the example does not match its schema/,
    /leads to the unknown operation nowhere$/,
    /Ghost does not lead to a place/,
  ]) {
    t.true(
      findings.some((finding) => expected.test(finding)),
      `${expected} is not among:\n${findings.join("\n")}`,
    );
  }
});

test("examples, names and texts that look like references are none", async (t) => {
  t.deepEqual(
    await findingsOf({
      ...answering({
        type: "object",
        properties: { links: { type: "object" }, default: { type: "string" }, $ref: { type: "string" } },
        examples: [{ links: { next: { operationId: "ghost" } } }],
      }),
    }),
    [],
  );
});

/** A schema with a wrong default, an unknown format and a reference that leads nowhere. */
const FAULTY = {
  type: "object",
  properties: {
    count: { type: "integer", default: "many" },
    code: { type: "string", format: "isbn" },
    lost: { $ref: "#/components/schemas/Ghost" },
  },
};
const IN_FAULTY = [
  /count: the default does not match/,
  /code: nobody checks the format isbn$/,
  /lost: \$ref .*\/Ghost does not lead/,
];
/** Keywords whose values are data. As names that an author gives they mean nothing. */
const KEYWORDS = ["default", "example", "examples", "enum", "const"];

const named = (kind: string, content: object) => (name: string) => ({
  ...reading({}),
  root: { components: { [kind]: { [name]: content } } },
});
const inJson = { content: { "application/json": { schema: FAULTY } } };

for (const [where, contract] of [
  ["a property", (name) => answering({ type: "object", properties: { [name]: FAULTY } })],
  ["a pattern of properties", (name) => answering({ type: "object", patternProperties: { [name]: FAULTY } })],
  [
    "a schema that depends on a property",
    (name) => answering({ type: "object", dependentSchemas: { [name]: FAULTY } }),
  ],
  ["a definition", (name) => answering({ type: "object", $defs: { [name]: FAULTY } })],
  ["a shared schema", named("schemas", FAULTY)],
  ["a shared parameter", named("parameters", parameter({ schema: FAULTY }))],
  ["a shared header", named("headers", { schema: FAULTY })],
  ["a shared response", named("responses", { description: "It.", ...inJson })],
  ["shared content", named("requestBodies", inJson)],
  ["a shared callback", named("callbacks", { "{$url}": { post: { requestBody: inJson } } })],
  ["a callback", (name) => reading({ callbacks: { [name]: { "{$url}": { post: { requestBody: inJson } } } } })],
  ["a header", (name) => reading({ responses: { "200": { ...ANYTHING, headers: { [name]: { schema: FAULTY } } } } })],
] satisfies [string, (name: string) => Served][]) {
  for (const name of KEYWORDS) {
    test(`the start finds faults below ${where} that is named ${name}`, async (t) => {
      const findings = await findingsOf(contract(name));
      for (const expected of IN_FAULTY) {
        t.true(
          findings.some((finding) => expected.test(finding)),
          `${expected} is not among:\n${findings.join("\n")}`,
        );
      }
    });
  }
}

for (const name of KEYWORDS) {
  test(`the start finds a link to nowhere that is named ${name}`, async (t) => {
    const links = { [name]: { operationId: "ghost" } };
    const findings = [
      ...(await findingsOf(reading({ responses: { "200": { ...ANYTHING, links } } }))),
      ...(await findingsOf({ ...reading({}), root: { components: { links } } })),
    ];
    t.is(findings.filter((finding) => /leads to the unknown operation ghost$/.test(finding)).length, 2);
  });
}

test("the start finds a wrong default of a schema that does not say its type", async (t) => {
  const findings = await findingsOf(answering({ enum: ["asc", "desc"], default: "up" }));
  t.true(
    findings.some((finding) => /the default does not match its schema/.test(finding)),
    findings.join("\n"),
  );
});

test("data that looks like references, schemas and links is none", async (t) => {
  const DATA = { ...FAULTY, $ref: "#/nowhere", links: { next: { operationId: "ghost" } }, schema: FAULTY, example: 1 };
  const links = { next: { operationId: "read", requestBody: DATA } };
  t.deepEqual(
    await findingsOf({
      paths: {
        "/": {
          get: operation("read", {
            "x-note": DATA,
            parameters: [parameter({ schema: { type: "string", "x-note": DATA } })],
            responses: {
              "200": {
                description: "It.",
                content: {
                  "application/json": {
                    schema: { type: "object", default: DATA, examples: [DATA] },
                    examples: { it: { value: DATA }, default: { $ref: "#/components/examples/default" } },
                  },
                },
                links,
              },
            },
          }),
        },
      },
      root: {
        "x-note": DATA,
        components: {
          examples: { default: { value: DATA } },
          schemas: {
            Fixed: { const: DATA },
            Listed: { enum: [DATA] },
            Either: {
              oneOf: [{ $ref: "#/components/schemas/Fixed" }],
              discriminator: { propertyName: "kind", mapping: { $ref: "Fixed" } },
            },
          },
        },
      },
    }),
    [],
  );
});

test("a text that is no document is one clear fault", async (t) => {
  t.throws(() => parseDocument("openapi: [3.1"), { instanceOf: ContractFault, message: /is not YAML/ });
  t.throws(() => parseDocument("a: 1\na: 2"), { instanceOf: ContractFault, message: /is not YAML/ });
  t.throws(() => parseDocument("- a"), { instanceOf: ContractFault, message: /is not an object/ });
  t.throws(() => parseDocument("a: &x {}\nb: *x"), { instanceOf: ContractFault, message: /is not YAML/ });
  await t.throwsAsync(loadDocument(new URL("../nowhere.yaml", import.meta.url)), { code: "ENOENT" });
});

test("documents without paths or components start, and serve nothing", async (t) => {
  t.deepEqual(await findingsOf({ paths: {}, handlers: {} }), []);
});

test("a prefix of cookies is one that browsers heed, on what is a cookie", async (t) => {
  const prefixed = (members: object) =>
    reading({ parameters: [parameter({ "x-cookie-prefix": "__Host-", ...members })] });
  const scheme = (members: object) => ({
    ...reading({}),
    securitySchemes: { key: { ...KEY, in: "cookie", name: "k", "x-cookie-prefix": "__Host-", ...members } },
    authenticators: { key: NOBODY },
  });
  t.deepEqual(await findingsOf(prefixed({ in: "cookie" })), []);
  t.deepEqual(await findingsOf(scheme({})), []);
  for (const [served, finding] of [
    [prefixed({}), "operation read parameter q has an x-cookie-prefix and is no text in a cookie"],
    [
      prefixed({ in: "cookie", "x-cookie-prefix": "__host-" }),
      "operation read parameter q has the x-cookie-prefix __host-, which no browser heeds",
    ],
    [scheme({ in: "header" }), "security scheme key has an x-cookie-prefix and is no cookie"],
    [scheme({ "x-cookie-prefix": "" }), "security scheme key has the x-cookie-prefix , which no browser heeds"],
  ] as const) {
    t.deepEqual(await findingsOf(served), [finding]);
  }
});
