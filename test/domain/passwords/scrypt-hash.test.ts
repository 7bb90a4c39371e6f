import test from "ava";
import fc from "fast-check";
import {
  DEFAULT_PASSWORD_COST,
  formatPasswordHash,
  isWeakerCost,
  parsePasswordCost,
  parsePasswordHash,
} from "../../../src/domain/passwords/scrypt-hash.ts";

test("a cost is read as it is written in a PHC string", (t) => {
  t.deepEqual(parsePasswordCost("ln=15,r=8,p=3"), DEFAULT_PASSWORD_COST);
  t.deepEqual(parsePasswordCost("ln=4,r=1,p=1"), { ln: 4, r: 1, p: 1 });
});

test("a cost that is malformed, or asks for too much, is not read", (t) => {
  for (const text of [
    "",
    "ln=15",
    "ln=15,r=8",
    "r=8,p=3,ln=15",
    "ln=15,r=8,p=3,",
    "ln=015,r=8,p=3",
    "ln=1.5,r=8,p=3",
  ]) {
    t.is(parsePasswordCost(text), null, text);
  }
  for (const text of [
    "ln=0,r=8,p=1",
    "ln=21,r=1,p=1",
    // N is too large for r (RFC 7914, section 2).
    "ln=16,r=1,p=1",
    "ln=20,r=1,p=2",
    "ln=20,r=8,p=1",
    "ln=15,r=33,p=1",
    "ln=15,r=8,p=17",
    "ln=99,r=99,p=99",
  ]) {
    t.is(parsePasswordCost(text), null, text);
  }
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => t.is(parsePasswordCost(text), null)));
});

test("a cost is weaker when it asks for less memory or less work", (t) => {
  const strength = { ln: 15, r: 8, p: 3 };
  t.false(isWeakerCost(strength, strength));
  t.false(isWeakerCost({ ln: 17, r: 8, p: 1 }, strength));
  t.true(isWeakerCost({ ln: 14, r: 8, p: 10 }, strength));
  t.true(isWeakerCost({ ln: 15, r: 8, p: 2 }, strength));
});

test("a PHC string is read back as it was written, without padding", (t) => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 8, maxLength: 64 }),
      fc.uint8Array({ minLength: 32, maxLength: 64 }),
      (salt, hash) => {
        const text = formatPasswordHash({ cost: DEFAULT_PASSWORD_COST, salt, hash });
        t.regex(text, /^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/);
        const parsed = parsePasswordHash(text);
        t.deepEqual(parsed?.cost, DEFAULT_PASSWORD_COST);
        t.deepEqual([...(parsed?.salt ?? [])], [...salt]);
        t.deepEqual([...(parsed?.hash ?? [])], [...hash]);
      },
    ),
  );
});

test("a PHC string that is changed in its form is not read", (t) => {
  const good = formatPasswordHash({
    cost: DEFAULT_PASSWORD_COST,
    salt: Buffer.alloc(16, 1),
    hash: Buffer.alloc(32, 2),
  });
  t.truthy(parsePasswordHash(good));
  const changed = [
    "",
    good.slice(1),
    `${good}=`,
    `${good}\n`,
    `${good}$`,
    good.replace("scrypt", "argon2id"),
    good.replace("ln=15", "ln=63"),
    good.replace("r=8", "r=0"),
    good.replace("AQEB", "AQ-B"),
    good.slice(0, -1),
    good.slice(0, -2),
    // The last character of 32 bytes has two unused bits: only the spelling with zeros is valid.
    `${good.slice(0, -1)}J`,
    "$scrypt$ln=15,r=8,p=3$$",
  ];
  for (const text of changed) t.is(parsePasswordHash(text), null, text);
});
