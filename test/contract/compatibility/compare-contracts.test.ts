import test from "ava";
import { compareContracts } from "../../../src/contract/compatibility/compare-contracts.ts";
import { parseDocument } from "../../../src/contract/document/parse.ts";
import { document } from "../../support/judge.ts";

const problem = () => ({
  type: "object",
  required: ["type"],
  properties: { type: { type: "string", enum: ["urn:a"] } },
});

/** A library, and an operation that most edits are made to. */
const library = () => ({
  openapi: "3.1.0",
  info: { title: "Library", version: "1.0.0" },
  paths: {
    "/books/{book_id}": {
      parameters: [{ name: "book_id", in: "path", required: true, schema: { type: "integer", minimum: 1 } }],
      put: {
        operationId: "putBook",
        security: [{ key: ["write"] }, { cookie: [] }] as Record<string, string[]>[],
        "x-max-authentication-age": 600,
        parameters: [
          { name: "notify", in: "query", schema: { type: "boolean" } },
          { name: "X-Shelf", in: "header", schema: { type: "array", items: { type: "string" } }, explode: false },
        ] as Record<string, unknown>[],
        requestBody: {
          required: false,
          "x-max-bytes": 1000,
          content: {
            "application/json": { schema: { $ref: "#/components/schemas/BookInput" } },
            "application/x-www-form-urlencoded": { schema: { $ref: "#/components/schemas/BookInput" } },
          } as Record<string, unknown>,
        },
        responses: {
          "200": {
            description: "The book.",
            headers: {
              ETag: { required: true, schema: { type: "string" } },
              Age: { schema: { type: "integer" } },
            } as Record<string, unknown>,
            content: { "application/json": { schema: { $ref: "#/components/schemas/Book" } } } as Record<
              string,
              unknown
            >,
          },
          "404": { description: "No book.", content: { "application/problem+json": { schema: problem() } } },
        } as Record<string, { description: string; headers?: object; content?: object }>,
      } as Record<string, unknown> & { parameters: Record<string, unknown>[] },
    } as Record<string, unknown>,
  } as Record<string, unknown>,
  components: {
    schemas: {
      BookInput: {
        type: "object",
        required: ["title"],
        additionalProperties: false as unknown,
        properties: {
          title: { type: "string", minLength: 1, maxLength: 100 },
          pages: { type: "integer", minimum: 1, maximum: 1000, default: 10 },
          kind: { type: "string", enum: ["novel", "poem"] },
          tags: { type: "array", maxItems: 3, items: { type: "string", pattern: "^[a-z]+$" } },
        } as Record<string, Record<string, unknown>>,
      },
      Book: {
        type: "object",
        required: ["id", "title"],
        additionalProperties: false as unknown,
        properties: {
          id: { type: "integer", minimum: 1 },
          title: { type: "string", maxLength: 100 },
          kind: { type: "string", enum: ["novel", "poem"] },
          parts: { type: "array", items: { $ref: "#/components/schemas/Book" } },
        } as Record<string, Record<string, unknown>>,
      },
    },
    securitySchemes: {
      key: { type: "apiKey", in: "header", name: "X-Key" },
      cookie: { type: "apiKey", in: "cookie", name: "session" },
    } as Record<string, Record<string, unknown>>,
  },
});

type Library = ReturnType<typeof library>;
type Edit = (edited: Parts) => void;

/** The parts that edits are made to. */
interface Parts {
  readonly root: Library;
  // biome-ignore lint/suspicious/noExplicitAny: edits reach anywhere, and a wrong path fails the test.
  readonly put: any;
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  readonly input: any;
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  readonly book: any;
}

const BREAKING: Readonly<Record<string, Edit>> = {
  "an operation is gone": ({ root }) => delete root.paths["/books/{book_id}"],
  "an operation has another name": ({ put }) => Object.assign(put, { operationId: "storeBook" }),
  "a query parameter is gone": ({ put }) => put.parameters.shift(),
  "a parameter is required": ({ put }) => Object.assign(put.parameters[0], { required: true }),
  "a required parameter is new": ({ put }) =>
    put.parameters.push({ name: "copy", in: "query", required: true, schema: { type: "string" } }),
  "a parameter is written otherwise": ({ put }) => Object.assign(put.parameters[1], { explode: true }),
  "a parameter's type is another": ({ put }) => Object.assign(put.parameters[0].schema, { type: "string" }),
  "the name of a path's parameter": ({ root }) => {
    root.paths["/books/{id}"] = root.paths["/books/{book_id}"];
    delete root.paths["/books/{book_id}"];
  },
  "content is required": ({ put }) => Object.assign(put.requestBody, { required: true }),
  "content is not taken": ({ put }) => delete put.requestBody,
  "a media type is not taken": ({ put }) => delete put.requestBody.content["application/x-www-form-urlencoded"],
  "less content is taken": ({ put }) => Object.assign(put.requestBody, { "x-max-bytes": 999 }),
  "a member is required": ({ input }) => input.required.push("pages"),
  "a member of the content is gone": ({ input }) => delete input.properties.kind,
  "a shorter text": ({ input }) => Object.assign(input.properties.title, { maxLength: 99 }),
  "a longer text at least": ({ input }) => Object.assign(input.properties.title, { minLength: 2 }),
  "a lower maximum": ({ input }) => Object.assign(input.properties.pages, { maximum: 999 }),
  "a maximum where there was none": ({ input }) => Object.assign(input.properties.title, { pattern: "^A" }),
  "a value that is not taken": ({ input }) => input.properties.kind.enum.pop(),
  "another default": ({ input }) => Object.assign(input.properties.pages, { default: 11 }),
  "another pattern in a list": ({ input }) => Object.assign(input.properties.tags.items, { pattern: "^[a-y]+$" }),
  "a member of an answer is gone": ({ book }) => delete book.properties.kind,
  "a member of an answer may be missing": ({ book }) => book.required.pop(),
  "a member of an answer may be null": ({ book }) => Object.assign(book.properties.title, { type: ["string", "null"] }),
  "an answer has a value that no client knows": ({ book }) => book.properties.kind.enum.push("essay"),
  "an answer's text may be longer": ({ book }) => Object.assign(book.properties.title, { maxLength: 101 }),
  "another success": ({ put }) => Object.assign(put.responses, { "201": { description: "Made." } }),
  "a media type that is not sent": ({ put }) => delete put.responses["200"].content["application/json"],
  "a required header is gone": ({ put }) => delete put.responses["200"].headers.ETag,
  "a header may be missing": ({ put }) => Object.assign(put.responses["200"].headers.ETag, { required: false }),
  "a scheme is not enough": ({ put }) => put.security.pop(),
  "one more scope": ({ put }) => put.security[0].key.push("admin"),
  "one more scheme": ({ put }) => Object.assign(put.security[1], { key: [] }),
  "a fresher sign-in": ({ put }) => Object.assign(put, { "x-max-authentication-age": 60 }),
  "an authentication context": ({ put }) => Object.assign(put, { "x-authentication-context": "urn:example:acr:two" }),
  "a scheme's field has another name": ({ root }) =>
    Object.assign(root.components.securitySchemes.key ?? {}, { name: "Key" }),
};

const HARMLESS: Readonly<Record<string, Edit>> = {
  "an operation is new": ({ root }) =>
    Object.assign(root.paths, {
      "/": { get: { operationId: "home", responses: { "200": { description: "Home." } } } },
    }),
  "an optional parameter is new": ({ put }) =>
    put.parameters.push({ name: "copy", in: "query", schema: { type: "string" } }),
  "a media type is taken, too": ({ put }) => Object.assign(put.requestBody.content, { "text/plain": {} }),
  "more content is taken": ({ put }) => Object.assign(put.requestBody, { "x-max-bytes": 2000 }),
  "an optional member is new": ({ input }) => Object.assign(input.properties, { isbn: { type: "string" } }),
  "a member is not required": ({ input }) => input.required.pop(),
  "a longer text": ({ input }) => Object.assign(input.properties.title, { maxLength: 101 }),
  "one more value is taken": ({ input }) => input.properties.kind.enum.push("essay"),
  "null is taken, too": ({ input }) => Object.assign(input.properties.title, { type: ["string", "null"] }),
  "any member is taken": ({ input }) => Object.assign(input, { additionalProperties: true }),
  "a number where a whole one was": ({ input }) => Object.assign(input.properties.pages, { type: "number" }),
  "a member of an answer is new": ({ book }) => Object.assign(book.properties, { isbn: { type: "string" } }),
  "a member of an answer is never missing": ({ book }) => book.required.push("kind"),
  "an answer never has a value": ({ book }) => book.properties.kind.enum.pop(),
  "an answer's text is shorter": ({ book }) => Object.assign(book.properties.title, { maxLength: 99 }),
  "a new refusal": ({ put }) => Object.assign(put.responses, { "409": { description: "Not now." } }),
  "a new kind of problem": ({ put }) =>
    put.responses["404"].content["application/problem+json"].schema.properties.type.enum.push("urn:b"),
  "an optional header is gone": ({ put }) => delete put.responses["200"].headers.Age,
  "a refusal is gone": ({ put }) => delete put.responses["404"],
  "one more way in": ({ put }) => put.security.push({ basic: [] }),
  "one scope less": ({ put }) => put.security[0].key.pop(),
};

function edited(edit: Edit): Library {
  const root = library();
  const { BookInput: input, Book: book } = root.components.schemas;
  edit({ root, put: (root.paths["/books/{book_id}"] as { put: unknown }).put, input, book });
  return root;
}

const parsed = (root: object) => parseDocument(JSON.stringify(root));

for (const [name, edit] of Object.entries(BREAKING)) {
  test(`contract:diff: breaks when there is ${name}`, (t) => {
    const changes = compareContracts(parsed(library()), parsed(edited(edit)));
    t.true(
      changes.some(({ breaking }) => breaking),
      JSON.stringify(changes),
    );
  });
}

for (const [name, edit] of Object.entries(HARMLESS)) {
  test(`contract:diff: breaks nobody when there is ${name}`, (t) => {
    const changes = compareContracts(parsed(library()), parsed(edited(edit)));
    t.true(changes.length > 0);
    t.deepEqual(
      changes.filter(({ breaking }) => breaking),
      [],
    );
  });
}

test("contract:diff: what only describes is no change", (t) => {
  const described = edited(({ root, put, book }) => {
    root.info.title = "Another";
    Object.assign(put, { summary: "Put it", description: "At length.", tags: ["Books"] });
    Object.assign(book.properties.title, { description: "Its title.", examples: ["Emma"] });
  });
  t.deepEqual(compareContracts(parsed(library()), parsed(described)), []);
  t.deepEqual(compareContracts(document, document), []);
});

test("contract:diff: a change of a shared schema is told for each place where it counts, in the words of HTTP", (t) => {
  const changes = compareContracts(
    parsed(library()),
    parsed(edited(({ input }) => Object.assign(input.properties.title, { maxLength: 99 }))),
  );
  t.deepEqual(changes, [
    {
      breaking: true,
      where: "PUT /books/{book_id}, content application/json/title",
      what: "maxLength is 99 now",
    },
    {
      breaking: true,
      where: "PUT /books/{book_id}, content application/x-www-form-urlencoded/title",
      what: "maxLength is 99 now",
    },
  ]);
});

test("contract:diff: what a scheme says beside the standard is no change of what clients send", (t) => {
  const more = { description: "It.", "x-cookie-prefix": "__Host-" };
  const edit = ({ root }: Parts) => Object.assign(root.components.securitySchemes.cookie ?? {}, more);
  t.deepEqual(compareContracts(parsed(library()), parsed(edited(edit))), []);
});
