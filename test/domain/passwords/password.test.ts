import test from "ava";
import fc from "fast-check";
import { normalisePassword } from "../../../src/domain/passwords/password.ts";

test("two spellings of the same characters are one password", (t) => {
  t.is(normalisePassword("e\u0301t\u00e9"), normalisePassword("\u00e9te\u0301"));
  t.is(normalisePassword("ﬁne"), "fine");
});

test("a normalised password stays as it is, and its length is bounded", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      const once = normalisePassword(text);
      if (once === null) return;
      t.is(normalisePassword(once), once);
      t.true([...once].length <= 256);
    }),
  );
});
