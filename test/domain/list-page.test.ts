import test from "ava";
import fc from "fast-check";
import { decodeCursor, encodeCursor, InvalidCursor, pageOf } from "../../src/domain/list-page.ts";

test("a cursor gives back the id it was made from, up to 2^53 - 1, in at most 64 URL-safe characters", (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.maxSafeNat(), (id, article) => {
      const cursor = encodeCursor(`likes:${article}`, id);
      t.regex(cursor, /^[\w-]{1,64}$/);
      t.is(decodeCursor(`likes:${article}`, cursor), id);
    }),
  );
});

test("any other text is refused", (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: "binary" })), (text) => {
      t.throws(() => decodeCursor("articles", text), { instanceOf: InvalidCursor });
    }),
  );
  const forged = (text: string) => Buffer.from(text).toString("base64url");
  for (const text of [
    "",
    "articles:",
    "articles:0",
    "articles:-1",
    "articles:1.5",
    "articles:1e3",
    "articles:01",
    "articles: 1",
  ]) {
    t.throws(() => decodeCursor("articles", forged(text)), { instanceOf: InvalidCursor }, text);
  }
  t.throws(() => decodeCursor("articles", forged("articles:9007199254740992")), { instanceOf: InvalidCursor });
  t.throws(() => decodeCursor("articles", `${encodeCursor("articles", 7)}=`), { instanceOf: InvalidCursor });
});

test("a cursor of one list is refused by another", (t) => {
  t.throws(() => decodeCursor("likes:2", encodeCursor("likes:1", 7)), { instanceOf: InvalidCursor });
  t.throws(() => decodeCursor("articles", encodeCursor("likes:1", 7)), { instanceOf: InvalidCursor });
});

test("a page has a next one only when there was an item beyond the limit", (t) => {
  const items = [{ id: 3 }, { id: 2 }, { id: 1 }];
  t.deepEqual(pageOf("articles", items, 3), { items, nextCursor: null });
  t.deepEqual(pageOf("articles", items, 2), { items: items.slice(0, 2), nextCursor: encodeCursor("articles", 2) });
  t.deepEqual(pageOf("articles", [], 2), { items: [], nextCursor: null });
});
