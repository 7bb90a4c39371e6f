import test from "ava";
import { compileContract } from "../../../../src/contract/document/compile.ts";
import { readOperations } from "../../../../src/contract/document/read-operations.ts";
import { validatorDocument } from "../../../../src/contract/request/validator-document/validator-document.ts";
import { ANYTHING, content, operation, serveSmall, smallDocument } from "../../../support/contract/small-contract.ts";

const ref = (name: string) => ({ $ref: `#/components/${name}` });
const inAnswer = (schema: unknown) => ({ "200": { ...ANYTHING, content: { "application/json": { schema } } } });

test("answers and the components of answers alone are left out; each component that a request refers to is kept", (t) => {
  const document = smallDocument({
    paths: {
      "/things/{id}": {
        parameters: [ref("parameters/Id")],
        post: operation("write", {
          requestBody: content(ref("schemas/Thing/properties/parts")),
          responses: inAnswer(ref("schemas/Answer")),
        }),
      },
    },
    root: {
      components: {
        parameters: { Id: { name: "id", in: "path", required: true, schema: ref("schemas/Id") }, Unused: {} },
        schemas: {
          Id: { type: "integer" },
          Thing: { properties: { parts: { items: ref("schemas/Part") } } },
          Part: { properties: { whole: ref("schemas/Thing"), default: ref("schemas/Preset") } },
          Preset: { default: { $ref: "#/only/data" }, examples: [{ $ref: "#/only/data" }] },
          Answer: { properties: { more: ref("schemas/OfAnswer") } },
          OfAnswer: {},
        },
        securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } },
      },
    },
  });
  const side = validatorDocument(document, readOperations(document));
  const { parameters, schemas, securitySchemes } = side.components as Record<string, object>;
  t.deepEqual(Object.keys(parameters ?? {}), ["Id"]);
  t.deepEqual(Object.keys(schemas ?? {}), ["Id", "Thing", "Part", "Preset"]);
  t.deepEqual(Object.keys(securitySchemes ?? {}), ["key"]);
  t.notRegex(JSON.stringify(side.paths), /responses/);
  t.regex(JSON.stringify(side.paths), /"operationId":"write"/);
});

for (const place of [
  "paths/~1/get/responses/200/content/application~1json/schema",
  "components/schemas/Deep/properties/a~1b",
  "components/schemas/Deep/properties/a%20b",
  "components/schemas/Deep/properties/a.b",
  "components/schemas/Deep/$defs/d",
]) {
  test(`content is held to ${place}, where the validator would not look`, async (t) => {
    const short = { type: "string", maxLength: 1 };
    const deep = { properties: { "a/b": short, "a b": short, "a.b": short }, $defs: { d: short } };
    const app = await serveSmall(t, {
      paths: {
        "/": {
          post: operation("write", { requestBody: content({ properties: { it: { $ref: `#/${place}` } } }) }),
          get: operation("read", { responses: inAnswer(short) }),
        },
      },
      schemas: { Deep: deep },
      handlers: { write: () => ({ status: 200, body: {} }), read: () => ({ status: 200, body: "" }) },
    });
    const send = (it: string) =>
      app.request("/", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ it }),
      });
    t.is((await send("a")).status, 200);
    t.is((await send("ab")).status, 400);
  });
}

test("a reference that leads nowhere stops the start", async (t) => {
  const read = operation("read", { requestBody: content({ $ref: "#/components/schemas/Ghost/$defs/g" }) });
  const { unusable, validate } = await compileContract(smallDocument({ paths: { "/": { post: read } } }));
  t.is(unusable.length, 1);
  t.true(unusable[0]?.includes("$ref #/components/schemas/Ghost/$defs/g:"), unusable[0]);
  t.is(validate, undefined);
});
