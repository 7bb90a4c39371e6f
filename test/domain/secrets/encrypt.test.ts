import test from "ava";
import fc from "fast-check";
import { type BoundTo, decrypt, encrypt, isNewest } from "../../../src/domain/secrets/encrypt.ts";
import { parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";

const key = (byte: number) => Buffer.alloc(32, byte).toString("base64url");
const keys = parseSecretKeys(`${key(1)},${key(2)}`);
const bound: BoundTo = ["authenticator", 7];

test("a text of an earlier version is decrypted, also after its key was rotated", (t) => {
  const stored = "72cd6e84.AAECAwQFBgcICQoLAu8dVcRwgwyu3KqmdhvOdWRQBZhQuJK-SLbWP21o";
  t.is(decrypt(keys, bound, stored), "JBSWY3DPEHPK3P");
  t.is(decrypt(parseSecretKeys(`${key(3)},${key(1)}`), bound, stored), "JBSWY3DPEHPK3P");
  t.true(isNewest(keys, stored));
  t.false(isNewest(parseSecretKeys(`${key(3)},${key(1)}`), stored));
});

test("any text comes back, and never the same way twice", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const encrypted = encrypt(keys, bound, text.toWellFormed());
      t.is(decrypt(keys, bound, encrypted), text.toWellFormed());
      t.not(encrypt(keys, bound, text.toWellFormed()), encrypted);
    }),
  );
});

test("a changed text, another user, another purpose and a lost key give nothing", (t) => {
  const encrypted = encrypt(keys, bound, "a secret");
  t.is(decrypt(keys, ["authenticator", 8], encrypted), null);
  t.is(decrypt(keys, ["mail", 7], encrypted), null);
  t.is(decrypt(parseSecretKeys(key(2)), bound, encrypted), null);
  const bytes = Buffer.from(encrypted.split(".")[1] ?? "", "base64url");
  for (const [index, byte] of bytes.entries()) {
    const changed = Buffer.from(bytes);
    changed[index] = byte ^ 1;
    t.is(decrypt(keys, bound, `${keys[0].id}.${changed.toString("base64url")}`), null);
  }
  for (const text of ["", ".", keys[0].id, `${keys[0].id}.`, `${keys[0].id}.AAAA`])
    t.is(decrypt(keys, bound, text), null);
});
