import { createHash, createSecretKey, type KeyObject, randomBytes } from "node:crypto";

/** A key and its id, which is stored with each digest of the key: the first 8 hex digits of the key's SHA-256. */
export interface SecretKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** The secret keys, newest first: the first one signs, all of them verify. */
export type SecretKeys = readonly [SecretKey, ...SecretKey[]];

const KEY_BYTES = 32;

// A KeyObject shows nothing of itself when it is logged or inspected.
function secretKey(bytes: Buffer): SecretKey {
  return {
    id: createHash("sha256").update(bytes).digest("hex").slice(0, 8),
    key: createSecretKey(bytes),
  };
}

/** A new key: 32 random bytes in base64url, as `parseSecretKeys` reads it. */
export function generateSecretKey(): string {
  return randomBytes(KEY_BYTES).toString("base64url");
}

/**
 * Reads keys from a text: base64url, each of 32 bytes or more, newest first, separated by commas or white space.
 *
 * @throws {Error} with one line that names the wrong key by its position, and shows nothing of the key itself
 */
export function parseSecretKeys(text: string): SecretKeys {
  const keys = text
    .split(/[\s,]+/)
    .filter((part) => part !== "")
    .map((part, index) => {
      const bytes = Buffer.from(part, "base64url");
      if (bytes.toString("base64url") !== part)
        throw new Error(`secret key ${index + 1} is not base64url without padding`);
      if (bytes.length < KEY_BYTES)
        throw new Error(`secret key ${index + 1} has ${bytes.length} bytes; ${KEY_BYTES} is the least`);
      return secretKey(bytes);
    });
  const [newest, ...older] = keys;
  if (newest === undefined) throw new Error("there is no secret key");
  if (new Set(keys.map(({ id }) => id)).size < keys.length) throw new Error("two secret keys are the same");
  return [newest, ...older];
}
