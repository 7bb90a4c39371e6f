import { createHmac } from "node:crypto";
import test from "ava";
import fc from "fast-check";
import {
  flaskSecurityInput,
  formatFlaskSecurityHash,
  parseFlaskSecurityHash,
} from "../../../src/domain/passwords/flask-security-hash.ts";

const bcrypt = `$2b$12$${"a".repeat(53)}`;
const argon2 = `$argon2id$v=19$m=65536,t=3,p=4$${"s".repeat(22)}$${"h".repeat(43)}`;

test("a hash is stored with its scheme and whether it was signed, and read back", (t) => {
  for (const hash of [bcrypt, bcrypt.replace("$2b", "$2y"), argon2, argon2.replace("argon2id", "argon2i")]) {
    const scheme = hash.startsWith("$2") ? "bcrypt" : "argon2";
    for (const signed of [true, false]) {
      const stored = formatFlaskSecurityHash(hash, { signed }) ?? "";
      t.is(stored, `$flask-security$${signed ? "signed" : "plain"}${hash}`);
      t.true(stored.length <= 255);
      t.deepEqual(parseFlaskSecurityHash(stored), { signed, scheme, hash });
    }
  }
});

test("other schemes, and hashes that ask for too much, are not taken", (t) => {
  const refused = [
    "",
    "plain text",
    `$2b$15$${"a".repeat(53)}`,
    `$2b$03$${"a".repeat(53)}`,
    `$2b$12$${"a".repeat(52)}`,
    `${bcrypt}\n`,
    argon2.replace("m=65536", "m=262145"),
    argon2.replace("m=65536,t=3", "m=262144,t=9"),
    argon2.replace("t=3", "t=0"),
    // Less memory than 8 KiB for each lane (RFC 9106, section 3.1).
    argon2.replace("m=65536,t=3,p=4", "m=31,t=3,p=4"),
    argon2.replace("m=65536,t=3,p=4", "m=791,t=3,p=99"),
    argon2.replace("v=19", "v=16"),
    "$pbkdf2-sha512$25000$abc$def",
    "$scrypt$ln=15,r=8,p=3$AAAAAAAAAAA$AAAA",
  ];
  for (const hash of refused) {
    t.is(formatFlaskSecurityHash(hash, { signed: true }), null, hash);
    t.is(parseFlaskSecurityHash(`$flask-security$signed${hash}`), null, hash);
  }
  for (const text of [
    bcrypt,
    `$flask-security$${bcrypt}`,
    `$flask-security$other${bcrypt}`,
    `x$flask-security$plain${bcrypt}`,
  ]) {
    t.is(parseFlaskSecurityHash(text), null);
  }
});

test("no text but a stored hash is read as one", (t) => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => t.is(parseFlaskSecurityHash(text), null)));
});

test("a signed password is the base64 of its HMAC-SHA-512 in form NFKD; bcrypt gets 72 bytes of it", (t) => {
  const hmac = createHmac("sha512", "salt").update("e\u0301te\u0301").digest("base64");
  t.is(hmac.length, 88);
  const input = (signed: boolean, scheme: "bcrypt" | "argon2", salt?: string) => {
    const bytes = flaskSecurityInput("\u00e9t\u00e9", { signed, scheme }, salt);
    return bytes && Buffer.from(bytes).toString();
  };
  t.is(input(true, "argon2", "salt"), hmac);
  t.is(input(true, "bcrypt", "salt"), hmac.slice(0, 72));
  t.is(input(false, "bcrypt"), "e\u0301te\u0301");
  t.is(input(true, "bcrypt"), null);
  // bcrypt would take `a` and `a\0a` for the same.
  const withNul = (signed: boolean, scheme: "bcrypt" | "argon2") =>
    flaskSecurityInput("a\0a", { signed, scheme }, "salt") === null;
  t.deepEqual([withNul(false, "bcrypt"), withNul(false, "argon2"), withNul(true, "bcrypt")], [true, false, false]);
  // The example of RFC 4231, section 4.3, for HMAC-SHA-512.
  const known = Buffer.from(
    "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
    "hex",
  ).toString("base64");
  const bytes = flaskSecurityInput("what do ya want for nothing?", { signed: true, scheme: "argon2" }, "Jefe");
  t.is(Buffer.from(bytes ?? []).toString(), known);
});
