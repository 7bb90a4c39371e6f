import test from "ava";
import fc from "fast-check";
import { renewCredential, verifyRenewal } from "../../../src/domain/credentials/generation.ts";
import {
  type CredentialFields,
  digestCredential,
  mintCredential,
  parseCredential,
  verifyCredential,
} from "../../../src/domain/credentials/text.ts";
import type { CredentialKind } from "../../../src/domain/principal.ts";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";

const kinds: CredentialKind[] = ["token", "session"];
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

test("a credential is read back as it was minted, and only as its own kind", (t) => {
  for (const kind of kinds) {
    const { id, secret, text } = mintCredential(kind);
    t.deepEqual(parseCredential(kind, text), { id, secret });
    t.is(parseCredential(kind === "token" ? "session" : "token", text), null);
  }
});

test("a credential with any one character changed, at any position, is not read", (t) => {
  for (const kind of kinds) {
    const { text } = mintCredential(kind);
    for (let position = 0; position < text.length; position += 1) {
      for (const character of alphabet.replace(text.charAt(position), "")) {
        const tampered = text.slice(0, position) + character + text.slice(position + 1);
        if (parseCredential(kind, tampered) !== null) t.fail(`position ${position}: ${character}`);
      }
    }
  }
  t.pass();
});

test("a credential that is cut, extended or decorated is not read", (t) => {
  const { text } = mintCredential("token");
  fc.assert(
    fc.property(fc.nat(text.length), fc.string({ minLength: 1, unit: "binary" }), (at, extra) => {
      t.is(parseCredential("token", text.slice(0, at) + extra + text.slice(at)), null);
    }),
  );
  for (let length = 0; length < text.length; length += 1) t.is(parseCredential("token", text.slice(0, length)), null);
  for (const dressed of [`${text}\n`, ` ${text}`, text.toUpperCase(), `Bearer ${text}`]) {
    t.is(parseCredential("token", dressed), null);
  }
});

test("no text that was not minted is read", (t) => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => t.is(parseCredential("token", text), null)));
});

const keys = parseSecretKeys(`${generateSecretKey()},${generateSecretKey()}`);
const { id, secret } = mintCredential("token");
const fields: CredentialFields = { id, userId: 7, generation: 3, expiresAt: new Date(1_800_000_000_000) };

test("a digest holds for its secret and fields, also when its key is no longer the newest", (t) => {
  const [newest, older] = keys;
  const stored = digestCredential(keys, "token", secret, fields);
  t.is(stored.keyId, newest.id);
  t.is(stored.digest.length, 43);
  t.true(verifyCredential(keys, "token", secret, fields, stored));
  if (older === undefined) return t.fail();
  t.true(verifyCredential(keys, "token", secret, fields, digestCredential([older], "token", secret, fields)));
});

test("a digest does not hold for anything else", (t) => {
  const stored = digestCredential(keys, "token", secret, fields);
  const holds = (change: Partial<CredentialFields>) =>
    verifyCredential(keys, "token", secret, { ...fields, ...change }, stored);
  t.false(holds({ id: mintCredential("token").id }));
  t.false(holds({ userId: 8 }));
  t.false(holds({ generation: 4 }));
  t.false(holds({ expiresAt: new Date(fields.expiresAt.getTime() + 1) }));
  t.false(holds({ scopes: "" }));
  t.false(verifyCredential(keys, "session", secret, fields, stored));
  t.false(verifyCredential(keys, "token", mintCredential("token").secret, fields, stored));
  t.false(verifyCredential(keys, "token", secret, fields, { ...stored, digest: "" }));
  t.false(verifyCredential(keys, "token", secret, fields, { ...stored, keyId: "00000000" }));
  t.false(verifyCredential(parseSecretKeys(generateSecretKey()), "token", secret, fields, stored));
});

test("a digest is the same without scopes and with none to narrow it, so that older ones hold", (t) => {
  const stored = digestCredential(keys, "token", secret, fields);
  for (const scopes of [null, undefined])
    t.true(verifyCredential(keys, "token", secret, { ...fields, scopes }, stored));
});

test("a narrowed credential's digest holds for its own scopes only", (t) => {
  const scopes = fc.constantFrom(null, "", "account", "account likes:write", "likes:write", `"],"`, "account ");
  fc.assert(
    fc.property(scopes, scopes, (one, other) => {
      const stored = digestCredential(keys, "token", secret, { ...fields, scopes: one });
      t.is(verifyCredential(keys, "token", secret, { ...fields, scopes: other }, stored), one === other);
    }),
  );
});

test("a renewal holds for its kind, digest and generation, by any of the keys, and nothing else does", (t) => {
  const { digest } = digestCredential(keys, "token", secret, fields);
  const stored = renewCredential(keys, "token", digest, 4);
  t.true(stored.length <= 75);
  t.true(verifyRenewal(keys, "token", digest, 4, stored));
  t.true(verifyRenewal([keys[1] ?? keys[0], keys[0]], "token", digest, 4, stored));
  t.false(verifyRenewal(keys, "token", digest, 5, stored));
  t.false(verifyRenewal(keys, "session", digest, 4, stored));
  t.false(verifyRenewal(keys, "token", `${digest}x`, 4, stored));
  t.false(verifyRenewal(parseSecretKeys(generateSecretKey()), "token", digest, 4, stored));
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => t.false(verifyRenewal(keys, "token", digest, 4, text))),
  );
});
