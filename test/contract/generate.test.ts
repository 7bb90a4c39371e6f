import { readFile } from "node:fs/promises";
import test from "ava";
import { loadDocument, parseDocument } from "../../src/contract/document/parse.ts";
import { generate } from "../../src/contract/generate.ts";

const RESPONSE = `
          description: An answer.
          headers:
            X-Always: { $ref: "#/components/headers/Always" }
            X-Sometimes: { $ref: "#/components/headers/Sometimes" }`;

const SMALL = `
openapi: 3.1.0
info: { title: Small, version: "1" }
paths:
  /open:
    get:
      operationId: open
      security: []
      responses:
        "200":${RESPONSE}
  /either:
    get:
      operationId: either
      security: [{ token: [] }, {}]
      responses:
        "200":${RESPONSE}
  /closed:
    get:
      operationId: closed
      security: [{ token: [] }]
      responses:
        "200":${RESPONSE}
components:
  securitySchemes:
    token: { type: apiKey, in: header, name: Token }
  headers:
    Always: { required: true, schema: { type: string } }
    Sometimes: { schema: { type: string } }
`;

test("the committed files are those that the contract gives", async (t) => {
  const document = await loadDocument(new URL("../../openapi.yaml", import.meta.url));
  for (const [name, text] of await generate(document)) {
    t.is(text, await readFile(new URL(`../../generated/${name}`, import.meta.url), "utf8"), name);
  }
});

test("a document that a start would refuse is told of fault by fault, and is no checked document", async (t) => {
  const faults: string[] = [];
  const broken = SMALL.replace("schema: { type: string } }", "schema: { type: string, pattern: '(' } }");
  const files = await generate(parseDocument(broken), undefined, (sentence) => void faults.push(sentence));
  t.is(files.get("contract.json"), "null\n");
  t.deepEqual(
    faults.map((sentence) => /^operation (\w+) cannot hold 200 to/.exec(sentence)?.[1]),
    ["open", "either", "closed"],
  );
});

test("an operation's security says whether its handler has a principal", async (t) => {
  const principals = (await generate(parseDocument(SMALL))).get("principals.ts") ?? "";
  t.regex(principals, /open: "none";\n {2}either: "optional";\n {2}closed: "required";/);
});

test("a header is mandatory exactly where it is required, behind a reference too", async (t) => {
  const types = (await generate(parseDocument(SMALL))).get("openapi.ts") ?? "";
  t.regex(types, /"X-Always": string;/);
  t.regex(types, /"X-Sometimes"\?: string;/);
});

test("a property named `headers` keeps its references, and data that looks like headers is data", async (t) => {
  const components = `
  schemas:
    Message:
      type: object
      properties:
        headers: { type: object, additionalProperties: { $ref: "#/components/schemas/Message" } }
      examples: [{ headers: { lost: { $ref: "#/nowhere" } } }]
  headers:
    headers: { schema: { type: string } }`;
  const document = parseDocument(`${SMALL.split("components:")[0]}components:${components}
    Always: { required: true, schema: { type: string } }
    Sometimes: { schema: { type: string } }
`);
  const types = (await generate(document)).get("openapi.ts") ?? "";
  t.regex(types, /\[key: string\]: components\["schemas"\]\["Message"\];/);
});

test("a file is a Blob to a client, alone and in a list", async (t) => {
  const file = { type: "string", format: "binary" };
  const schema = {
    type: "object",
    properties: { one: file, many: { type: "array", items: file }, text: { type: "string" } },
  };
  const body = { content: { "multipart/form-data": { schema }, "application/octet-stream": { schema: file } } };
  const paths = { "/": { post: { operationId: "take", security: [], requestBody: body, responses: {} } } };
  const document = { openapi: "3.1.0", info: { title: "Small", version: "1" }, paths };
  const types = (await generate(parseDocument(JSON.stringify(document)))).get("openapi.ts") ?? "";
  t.regex(types, /one\?: Blob;\s+many\?: Blob\[\];\s+text\?: string;/);
  t.regex(types, /"application\/octet-stream": Blob;/);
});
