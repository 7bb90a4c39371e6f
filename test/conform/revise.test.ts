import test from "ava";
import { prepareSubject } from "../../src/conform/subject.ts";
import { parseDocument } from "../../src/contract/document/parse.ts";

function documentOf(version: string, schema: object) {
  const content = { "application/json": { schema } };
  const operation = { requestBody: { content }, responses: { 200: { description: "Done.", content } } };
  return parseDocument(
    JSON.stringify({ openapi: version, info: { title: "T", version: "1" }, paths: { "/": { post: operation } } }),
  );
}

const POINTER = "/paths/~1/post/requestBody/content/application~1json/schema";

test("a document of OpenAPI 3.0 is read by its own words for null and for exclusive limits", (t) => {
  const limited = { type: "integer", nullable: true, minimum: 1, exclusiveMinimum: true };
  const { requests } = prepareSubject(documentOf("3.0.3", limited));
  t.is(requests.schemas.check(POINTER, null), undefined);
  t.is(requests.schemas.check(POINTER, 2), undefined);
  t.truthy(requests.schemas.check(POINTER, 1));
});

test("a document of OpenAPI 3.0 may have null in an enum, beside a reference and by an exclusive maximum", (t) => {
  const check = (schema: object, value: unknown) =>
    prepareSubject(documentOf("3.0.3", schema)).requests.schemas.check(POINTER, value);
  t.is(check({ type: "string", enum: ["a"], nullable: true }, null), undefined);
  t.truthy(check({ type: "string", enum: ["a"], nullable: false }, null));
  t.is(check({ nullable: true, oneOf: [{ type: "string" }] }, null), undefined);
  t.truthy(check({ type: "integer", maximum: 3, exclusiveMaximum: true }, 3));
  t.is(check({ type: "integer", maximum: 3, exclusiveMaximum: false }, 3), undefined);
});

test("requests have no readOnly members, and answers need no writeOnly ones", (t) => {
  const properties = { id: { type: "integer", readOnly: true }, secret: { type: "string", writeOnly: true } };
  const subject = prepareSubject(documentOf("3.1.0", { type: "object", required: ["id", "secret"], properties }));
  t.is(subject.requests.schemas.check(POINTER, { secret: "x" }), undefined);
  t.truthy(subject.requests.schemas.check(POINTER, { id: 1 }));
  const answer = POINTER.replace("requestBody", "responses/200");
  t.is(subject.answers.check(answer, { id: 1 }), undefined);
  t.truthy(subject.answers.check(answer, { secret: "x" }));
});

test("a document that cannot be used is refused by one sentence for each reason", (t) => {
  const error = t.throws(() => prepareSubject(documentOf("2.0", {})), { name: "ContractFault" });
  t.regex(error?.message ?? "", /\/openapi: is 2\.0, and 3\.0, 3\.1 and 3\.2 are understood/);
  t.throws(() => prepareSubject(documentOf("3.1.0", { type: "string", pattern: "(" })), { message: /cannot be used/ });
});
