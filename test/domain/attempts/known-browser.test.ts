import test from "ava";
import fc from "fast-check";
import { issueDevice, readDevice } from "../../../src/domain/attempts/known-browser.ts";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";

const [older, newer] = [generateSecretKey(), generateSecretKey()];
const keys = parseSecretKeys(newer);
const ADA = "ada@example.org";

test("a browser that has signed in is known to that account, and to no other", (t) => {
  const value = issueDevice(keys, ADA, undefined);
  t.is(readDevice(keys, ADA, value), value.slice(0, 22));
  t.is(readDevice(keys, "bob@example.org", value), null);
  t.is(readDevice(keys, "", value), null);
  t.is(readDevice(keys, ADA, undefined), null);
});

test("two browsers are two devices", (t) => {
  t.not(readDevice(keys, ADA, issueDevice(keys, ADA, undefined)), readDevice(keys, ADA, issueDevice(keys, ADA, "")));
});

test("signing in again keeps the device; what belongs to another account, or to nobody, is replaced", (t) => {
  const value = issueDevice(keys, ADA, undefined);
  t.is(issueDevice(keys, ADA, value), value);
  const foreign = issueDevice(keys, "bob@example.org", value);
  t.not(foreign.slice(0, 22), value.slice(0, 22));
  t.not(issueDevice(keys, ADA, foreign).slice(0, 22), foreign.slice(0, 22));
});

test("a device outlives the rotation of keys, and is sealed with the newest at the next sign-in", (t) => {
  const value = issueDevice(parseSecretKeys(older), ADA, undefined);
  const rotated = parseSecretKeys(`${newer},${older}`);
  const id = readDevice(rotated, ADA, value);
  t.is(id, value.slice(0, 22));
  t.is(readDevice(keys, ADA, issueDevice(rotated, ADA, value)), id);
  t.is(readDevice(keys, ADA, value), null);
});

test("no change of one character, cut or addition leaves a device that is known", (t) => {
  const value = issueDevice(keys, ADA, undefined);
  for (let at = 0; at < value.length; at += 1) {
    for (const letter of ["A", "B", "-", "", " ", "=", "é", "\0"]) {
      const changed = value.slice(0, at) + letter + value.slice(at + 1);
      if (changed !== value) t.is(readDevice(keys, ADA, changed), null, changed);
    }
    t.is(readDevice(keys, ADA, value.slice(0, at)), null);
  }
  for (const added of [`${value}A`, `A${value}`, `${value}\n`, `${value}.`, ` ${value}`]) {
    t.is(readDevice(keys, ADA, added), null);
  }
});

test("nothing made up is a device", (t) => {
  const letter = fc.constantFrom(..."ABCDEFGHabcdefgh0123456789-_");
  const forged = fc
    .tuple(
      fc.string({ unit: letter, minLength: 22, maxLength: 22 }),
      fc.string({ unit: letter, minLength: 43, maxLength: 43 }),
    )
    .map((parts) => parts.join("."));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), forged), fc.emailAddress(), (value, account) => {
      t.is(readDevice(keys, account, value), null);
    }),
  );
});
