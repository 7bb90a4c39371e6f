import { readFile } from "node:fs/promises";
import test from "ava";
import type { ContractDocument } from "../../../src/contract/document/document.ts";
import { walk } from "../../../src/contract/document/walk.ts";
import { putSuccessesInPlace } from "../../../src/contract/edition/responses-in-place.ts";

const ref = (name: string) => ({ $ref: `#/components/${name}` });

test("successes stand where they are referred to, in callbacks too; all else stays behind its reference", (t) => {
  const responses = {
    Pet: { description: "A pet.", headers: { Age: ref("headers/Age") }, content: { "application/json": {} } },
    Again: ref("responses/Pet"),
    Bad: { description: "No." },
  };
  const errors = { "304": ref("responses/Bad"), "400": ref("responses/Bad"), default: ref("responses/Bad") };
  const given = {
    ...errors,
    "200": ref("responses/Pet"),
    "201": ref("responses/Again"),
    "202": { ...ref("responses/Pet"), description: "Soon a pet." },
    "204": { description: "Nothing." },
    "205": ref("responses/Gone"),
    "2XX": ref("responses/Pet"),
    "x-200": ref("responses/Pet"),
  };
  const expected = {
    ...given,
    "200": responses.Pet,
    "201": responses.Pet,
    "202": { ...responses.Pet, description: "Soon a pet." },
    "2XX": responses.Pet,
  };
  const operation = (of: object) => ({
    responses: of,
    callbacks: { done: { "{$request.body#/url}": { post: { responses: of } } } },
  });
  const rootOf = (of: object) => ({ paths: { "/pets": { get: operation(of) } }, components: { responses } });
  const root = structuredClone(rootOf(given));
  putSuccessesInPlace({ root, source: "", checked: false } satisfies ContractDocument);
  t.deepEqual(root as unknown, rootOf(expected));
  const copy = Object(root.paths["/pets"].get.responses)["200"];
  t.not(copy, root.components.responses.Pet, "a change of one is no change of the other");
});

test("the committed edition has its successes in place, and its errors behind references", async (t) => {
  const root = JSON.parse(await readFile(new URL("../../../generated/openapi.client.json", import.meta.url), "utf8"));
  let successes = 0;
  for (const { node, kind, pointer } of walk(root)) {
    if (kind !== "response" || pointer.startsWith("/components/")) continue;
    const isSuccess = /\/2\d\d$/.test(pointer);
    t.is(Object.hasOwn(node, "$ref"), !isSuccess, pointer);
    if (isSuccess) successes += 1;
  }
  t.true(successes > 20);
});
