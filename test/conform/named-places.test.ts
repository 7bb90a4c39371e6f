import test from "ava";
import { namedPlaces, namesOthersAlone } from "../../src/conform/checks/named-places.ts";

test("an answer names the members that it finds wrong", (t) => {
  const problem = { type: "about:blank", errors: [{ pointer: "/phone", detail: "No number." }, { parameter: "page" }] };
  t.deepEqual(namedPlaces(problem), ["/phone"]);
  const envelope = { meta: { code: 400 }, response: { field_errors: { phone: ["No number."], "": ["No."] } } };
  t.deepEqual(namedPlaces(envelope), ["/phone", ""]);
  for (const nothing of [undefined, null, "text", 1, [], { errors: ["No."] }]) t.deepEqual(namedPlaces(nothing), []);
});

test("a refusal is about a value, unless it names others alone", (t) => {
  const about = (...pointers: string[]) => ({ errors: pointers.map((pointer) => ({ pointer })) });
  t.true(namesOthersAlone(about("/phone"), "/setup"));
  t.true(namesOthersAlone(about("/setup_phone"), "/setup"));
  for (const places of [["/setup"], ["/setup/0"], [""], ["/phone", "/setup"], []]) {
    t.false(namesOthersAlone(about(...places), "/setup"), places.join());
  }
  t.false(namesOthersAlone(about("/a"), "/a/b"));
});
