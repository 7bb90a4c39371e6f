import { inspect } from "node:util";
import test from "ava";
import fc from "fast-check";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";

test("a generated key is read, and two are never the same", (t) => {
  const [one, two] = [generateSecretKey(), generateSecretKey()];
  const keys = parseSecretKeys(`${one},\n ${two}\n`);
  t.is(keys.length, 2);
  t.not(keys[0].id, keys[1]?.id);
  t.regex(keys[0].id, /^[0-9a-f]{8}$/);
  t.is(parseSecretKeys(one)[0].id, keys[0].id);
});

test("the bytes of a key do not show when it is inspected or serialised", (t) => {
  const text = generateSecretKey();
  const [key] = parseSecretKeys(text);
  const hex = Buffer.from(text, "base64url").toString("hex");
  for (const shown of [inspect(key, { depth: 9, showHidden: true }), JSON.stringify(key)]) {
    t.false(shown.includes(text) || shown.includes(hex));
  }
});

test("a key that is short, repeated, or not base64url is refused without being shown", (t) => {
  const short = Buffer.alloc(31, 7).toString("base64url");
  const good = generateSecretKey();
  const refused: [string, RegExp][] = [
    ["", /no secret key/],
    [" ,\n", /no secret key/],
    [short, /secret key 1 has 31 bytes/],
    [`${good},${short}`, /secret key 2 has 31 bytes/],
    [`${good}=`, /not base64url/],
    [`${good}!`, /not base64url/],
    [`${good},${good}`, /the same/],
  ];
  for (const [text, message] of refused) {
    const error = t.throws(() => parseSecretKeys(text), { message });
    t.false(error.message.includes(short) || error.message.includes(good));
  }
});

test("no text below 43 characters is a key", (t) => {
  fc.assert(fc.property(fc.string({ maxLength: 42 }), (text) => void t.throws(() => parseSecretKeys(text))));
});
