import test from "ava";
import { evaluate } from "../../src/conform/state/expression.ts";

const exchanged = {
  call: {
    operation: { method: "POST" },
    parameters: { "path.shelf": "a/b", "query.copies": 2, "header.X-Reader": "Ada" },
    content: { mediaType: "application/json", value: { title: "Emma", parts: [{ n: 1 }] } },
  },
  answer: { status: 201, headers: [["Location", "/books/7"]], body: Buffer.alloc(0), excess: 0 },
  value: { id: 7, "a/b": { "c~d": true }, list: ["x"] },
  url: "http://127.0.0.1/books",
} as unknown as Parameters<typeof evaluate>[1];

for (const [expression, value] of [
  ["$url", "http://127.0.0.1/books"],
  ["$method", "POST"],
  ["$statusCode", 201],
  ["$response.body#/id", 7],
  ["$response.body#/a~1b/c~0d", true],
  ["$response.body#/list/0", "x"],
  ["$response.body#/list/1", undefined],
  ["$response.header.location", "/books/7"],
  ["$response.header.ETag", undefined],
  ["$response.query.copies", undefined],
  ["$request.body", { title: "Emma", parts: [{ n: 1 }] }],
  ["$request.body#/parts/0/n", 1],
  ["$request.path.shelf", "a/b"],
  ["$request.query.copies", 2],
  ["$request.query.other", undefined],
  ["$request.header.x-reader", "Ada"],
  ["$request.header.other", undefined],
  ["book {$response.body#/id} of {$request.header.X-Reader}", "book 7 of Ada"],
  ["book {$response.body#/none}", undefined],
  ["a text", "a text"],
  [7, 7],
  [null, null],
  [
    ["$statusCode", "x"],
    [201, "x"],
  ],
  [
    { id: "$response.body#/id", deep: { by: "$request.header.X-Reader" } },
    { id: 7, deep: { by: "Ada" } },
  ],
  [{ id: "$response.body#/none" }, undefined],
] as const) {
  test(`conform: the runtime expression ${JSON.stringify(expression)} is evaluated`, (t) => {
    t.deepEqual(evaluate(expression, exchanged), value as unknown);
  });
}
