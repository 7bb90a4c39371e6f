import test from "ava";
import fc from "fast-check";
import { findUnplain } from "../../../src/contract/response/plain-data.ts";
import { ANYTHING, json, operation, serveSmall } from "../../support/contract/small-contract.ts";

class Like {
  readonly id = 7;
  get n(): number {
    return 1;
  }
}

// biome-ignore lint/suspicious/noSparseArray: this is what the tests are about
const SPARSE = [1, , 3];
const HIDDEN = Object.defineProperty({ a: 1 }, "n", { get: () => 1 });
const TEXTUAL = { n: 1, toJSON: () => ({}) };

/** Bodies that `JSON.stringify` would change, and the faults. */
const UNPLAIN: readonly (readonly [string, unknown, string])[] = [
  ["NaN", { n: Number.NaN }, "value/n is NaN"],
  ["Infinity", { n: Number.POSITIVE_INFINITY }, "value/n is Infinity"],
  ["-Infinity, deep down", { a: [{ "b/c": [-Infinity] }] }, "value/a/0/b~1c/0 is -Infinity"],
  ["NaN alone", Number.NaN, "value is NaN"],
  ["a list with a hole", { n: SPARSE }, "value/n/1 is undefined"],
  ["a list with undefined", [undefined], "value/0 is undefined"],
  ["a list with a function", [() => 1], "value/0 is function"],
  ["the getter of a class", new Like(), "value is an instance of a class"],
  ["the getter of a class, deep down", { items: [new Like()] }, "value/items/0 is an instance of a class"],
  ["a hidden getter", HIDDEN, "value has hidden members"],
  ["a member that is a function", { n: () => 1 }, "value/n is function"],
  ["a text of its own", TEXTUAL, "value/toJSON is function"],
  ["a date that is none", { at: new Date(Number.NaN) }, "value/at is a date that is none"],
  ["a map", { n: new Map() }, "value/n is an instance of a class"],
  ["a boxed number", { n: Object(1) }, "value/n is an instance of a class"],
  ["a big integer", { n: 1n }, "value/n is bigint"],
  ["a symbol", { n: Symbol("x") }, "value/n is symbol"],
  ["what inherits", Object.create({ n: 1 }), "value is an instance of a class"],
];

for (const [what, body, fault] of UNPLAIN) {
  test(`${what} in an answer is found before it is sent, whatever the schema allows`, async (t) => {
    t.is(findUnplain(body), fault);
    const app = await serveSmall(t, {
      paths: { "/": { get: operation("read", { responses: { "200": ANYTHING } }) } },
      handlers: { read: () => ({ status: 200, body }) },
    });
    const answer = await app.request("/");
    t.is(answer.status, 500);
    t.is((await json(answer)).status, 500);
    t.deepEqual(app.undeclared, [`read: the body of 200: ${fault}`]);
  });
}

test("every value that JSON can say is plain", (t) => {
  fc.assert(fc.property(fc.jsonValue(), (value) => findUnplain(value) === undefined));
  t.is(findUnplain({ a: undefined, b: Object.create(null), c: -0, at: new Date(0) }), undefined);
});

test("a large body is looked at once", (t) => {
  const large = { items: Array.from({ length: 10_000 }, (_, index) => index) };
  t.is(findUnplain(large), undefined);
  const start = performance.now();
  for (let turn = 0; turn < 10_000; turn += 1) findUnplain(large);
  t.true(performance.now() - start < 500);
});
