import { createHash, scryptSync } from "node:crypto";
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

test("no text is a password that scrypt takes for another one", (t) => {
  for (const text of ["secret\0", "secret\0\0", "\0", "\0\0\0\0\0\0\0\0", `${"x".repeat(63)}\0`, "\u00e9\0"]) {
    t.is(normalisePassword(text), null, JSON.stringify(text));
    const same = (one: string) => scryptSync(one, "salt", 32, { N: 2 }).toString("hex");
    t.is(same(text), same(text.replace(/\0+$/, "")));
  }
  // Longer than a block, and inside, a NUL makes another hash. It is refused when a password is chosen.
  for (const text of [`${"x".repeat(64)}\0`, "a\0b", "\0secret"]) t.is(normalisePassword(text), text);
});

/** Long passwords whose SHA-256 is text, found by trying 2^27 of them. */
const FOUND = ["0001398895", "0090641321"].map(
  (number) => `correct horse battery staple, said the long password, number is:${number}`,
);

test("a long password whose SHA-256 is text is none, since that text would be right, too", (t) => {
  for (const long of FOUND) {
    const digest = createHash("sha256").update(long).digest();
    const short = digest.toString();
    t.deepEqual(Buffer.from(short), digest);
    t.deepEqual(scryptSync(long, "salt", 32, { N: 2 }), scryptSync(short, "salt", 32, { N: 2 }));
    t.is(normalisePassword(long), null);
    t.is(normalisePassword(short), short, "the short one is like any other");
    t.is(normalisePassword(`${long}.`), `${long}.`);
  }
});
