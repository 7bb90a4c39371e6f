import test from "ava";
import { generate } from "../../../src/contract/generate.ts";
import { ContractFault, compileContract } from "../../../src/contract/index.ts";
import {
  ANYTHING,
  content,
  json,
  operation,
  type SmallContract,
  serveSmall,
  smallDocument,
} from "../../support/contract/small-contract.ts";

const WORD = { type: "string", maxLength: 5 };
const read = () => ({ status: 200, body: "read" });

function refusal(t: Parameters<typeof serveSmall>[0], contract: SmallContract) {
  const handlers = { read };
  return t.throwsAsync(serveSmall(t, { root: { openapi: "3.2.0" }, handlers, ...contract }), {
    instanceOf: ContractFault,
  });
}

test("a document of OpenAPI 3.2 is served with all that only describes, and stays as it was written", async (t) => {
  const root = {
    openapi: "3.2.0",
    $self: "https://api.example/openapi",
    servers: [{ url: "/", name: "here" }],
    tags: [
      { name: "Words", summary: "Words", kind: "nav" },
      { name: "Short", parent: "Words" },
    ],
    components: {
      schemas: { Word: WORD },
      mediaTypes: {
        Word: {
          schema: { $ref: "#/components/schemas/Word" },
          examples: { one: { dataValue: "abc", serializedValue: '"abc"' } },
        },
      },
    },
  };
  const word = { "application/json": { $ref: "#/components/mediaTypes/Word" } };
  const say = operation("say", {
    tags: ["Short"],
    requestBody: { required: true, "x-max-bytes": 100, content: word },
    responses: { "200": { summary: "Said.", content: word } },
  });
  const contract = { paths: { "/word": { post: say, query: { ...say, operationId: "ask" } } }, root };
  const echo = ({ body }: { readonly body?: unknown }) => ({ status: 200, body: body === "long" ? "too long" : body });
  const app = await serveSmall(t, { ...contract, handlers: { say: echo, ask: echo } });
  const send = (method: string, body: unknown) =>
    app.request("/word", { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  for (const method of ["POST", "QUERY"]) {
    t.is(await json(await send(method, "abc")), "abc");
    t.is((await send(method, "abcdef")).status, 400, "requests are held to a media type behind a reference");
    t.is((await send(method, "long")).status, 500, "answers are, too");
  }
  const document = smallDocument(contract);
  const before = structuredClone(document.root);
  await compileContract(document);
  t.deepEqual(document.root, before);
});

test("generate: operations of OpenAPI 3.2 have types and principals, and are no paths of 3.1", async (t) => {
  const document = smallDocument({
    paths: {
      "/things": {
        get: operation("read"),
        query: operation("search", { requestBody: content({ type: "string", maxLength: 9 }), security: [{ key: [] }] }),
        additionalOperations: { COPY: operation("copy") },
      },
    },
    securitySchemes: { key: { type: "apiKey", in: "header", name: "Key" } },
    root: { openapi: "3.2.0" },
  });
  const files = await generate(document);
  const types = files.get("openapi.ts") ?? "";
  const names = [...types.matchAll(/^ {4}(\w+): \{$/gm)].map(([, name]) => name);
  t.deepEqual(names.toSorted(), ["copy", "read", "search"]);
  t.regex(types, /"QUERY \/things": \{/);
  t.regex(types, /search: \{[\s\S]*?requestBody: \{\s+content: \{\s+"application\/json": string;/);
  t.regex(files.get("principals.ts") ?? "", /search: "required";/);
});

test("a document of another version is refused, and so is a member of 3.2 in one of 3.1", async (t) => {
  const paths = { "/": { get: operation("read"), query: operation("read") } };
  t.deepEqual((await refusal(t, { paths, root: { openapi: "3.1.2" } }))?.findings.slice(0, 1), [
    "/paths/~1/query: is not known to OpenAPI 3.1 here",
  ]);
  for (const openapi of ["3.0.4", "3.3.0", "2.0", "3.2"]) {
    const error = await refusal(t, { paths: { "/": { get: operation("read") } }, root: { openapi } });
    t.is(error?.findings[0], `/openapi: is ${openapi}, and 3.1 and 3.2 are served here`);
  }
});

test("what came with OpenAPI 3.2 and is not supported is refused at the start, by one sentence each", async (t) => {
  const cases: readonly (readonly [string, Partial<SmallContract>])[] = [
    [
      "operation read parameter filter stands in querystring, where no parameter is read",
      {
        paths: {
          "/": {
            get: operation("read", {
              parameters: [{ name: "filter", in: "querystring", content: { "application/json": { schema: WORD } } }],
            }),
          },
        },
      },
    ],
    [
      "operation read parameter taste has the style cookie, which no parameter in cookie has",
      {
        paths: {
          "/": {
            get: operation("read", { parameters: [{ name: "taste", in: "cookie", style: "cookie", schema: WORD }] }),
          },
        },
      },
    ],
    [
      "/components/mediaTypes/Lines/itemSchema: content is not read or sent item by item here",
      { root: { components: { mediaTypes: { Lines: { itemSchema: WORD } } } } },
    ],
    [
      "/components/mediaTypes/Parts/itemEncoding: content is not encoded by position here",
      { root: { components: { mediaTypes: { Parts: { schema: {}, itemEncoding: { contentType: "image/png" } } } } } },
    ],
    [
      "/components/mediaTypes/Parts/prefixEncoding: content is not encoded by position here",
      { root: { components: { mediaTypes: { Parts: { schema: {}, prefixEncoding: [{}] } } } } },
    ],
    [
      "/components/schemas/Pet/discriminator/defaultMapping: a discriminator has no default here",
      { schemas: { Pet: { type: "object", discriminator: { propertyName: "kind", defaultMapping: "Pet" } } } },
    ],
    [
      "operation read answers application/xml, for which there is no serialiser",
      {
        paths: {
          "/": {
            get: operation("read", {
              responses: { "200": { content: { "application/xml": { schema: { xml: { nodeType: "cdata" } } } } } },
            }),
          },
        },
      },
    ],
    ["tag A has the unknown parent B", { root: { tags: [{ name: "A", parent: "B" }] } }],
    [
      "tag A is above itself",
      {
        root: {
          tags: [
            { name: "A", parent: "B" },
            { name: "B", parent: "A" },
          ],
        },
      },
    ],
    [
      "/paths/~1/get/responses/200/content/application~1json: the example wrong does not match its schema: value must be string",
      {
        paths: {
          "/": {
            get: operation("read", {
              responses: {
                "200": { content: { "application/json": { schema: WORD, examples: { wrong: { dataValue: 7 } } } } },
              },
            }),
          },
        },
      },
    ],
  ];
  for (const [sentence, { root, ...contract }] of cases) {
    const paths = { "/": { get: operation("read", { responses: { "200": ANYTHING } }) } };
    const error = await refusal(t, { paths, ...contract, root: { openapi: "3.2.0", ...root } });
    t.true(error?.findings.includes(sentence), `${sentence}: ${error?.findings.join("\n")}`);
  }
});
