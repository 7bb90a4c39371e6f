import test from "ava";
import fc from "fast-check";
import { PasswordRefused } from "../../src/domain/errors.ts";
import { checkPasswordPolicy, normalisePassword } from "../../src/domain/passwords.ts";

const email = "ada.lovelace@example.org";
const reasons = (password: string, minLength?: number): readonly string[] => {
  try {
    checkPasswordPolicy(password, { email, minLength });
    return [];
  } catch (error) {
    if (error instanceof PasswordRefused) return error.reasons;
    throw error;
  }
};

test("a password of 8 to 256 characters is taken, counted as people count them", (t) => {
  t.deepEqual(reasons("12345678"), []);
  t.deepEqual(reasons("🔑".repeat(8)), []);
  t.deepEqual(reasons("🔑".repeat(256)), []);
  t.deepEqual(reasons("1234567"), ["The password must be at least 8 characters long."]);
  t.deepEqual(reasons("🔑".repeat(7)), ["The password must be at least 8 characters long."]);
  t.deepEqual(reasons("x".repeat(257)), ["The password must be at most 256 characters long."]);
  t.deepEqual(reasons("x".repeat(1_000_000)), ["The password must be at most 256 characters long."]);
});

test("the least length is a setting", (t) => {
  t.deepEqual(reasons("x".repeat(14), 15), ["The password must be at least 15 characters long."]);
  t.deepEqual(reasons("x".repeat(15), 15), []);
});

test("ill-formed UTF-16 is refused", (t) => {
  t.deepEqual(reasons("12345678\ud800"), ["The password holds characters that are not text."]);
});

test("the e-mail address is refused as a password, however it is spelled", (t) => {
  for (const password of [email, email.toUpperCase(), ` ${email} `, "ada.lovelace＠example.org"]) {
    t.deepEqual(reasons(password), ["The password must not be the e-mail address."], password);
  }
  t.is(reasons(email, 50).length, 2);
});

test("two spellings of the same characters are one password", (t) => {
  t.is(normalisePassword("e\u0301t\u00e9"), normalisePassword("\u00e9te\u0301"));
  t.is(normalisePassword("ﬁne"), "fine");
});

test("what is normalised stays as it is, and is bounded", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      const once = normalisePassword(text);
      if (once === null) return;
      t.is(normalisePassword(once), once);
      t.true([...once].length <= 256);
    }),
  );
});
