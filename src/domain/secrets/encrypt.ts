import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { SecretKey, SecretKeys } from "./secret-keys.ts";

/** The uses of encryption. The purpose is the first field that a text is bound to: a text of one use is none of another. */
export type EncryptionPurpose =
  /** A mail that waits to be sent. */
  | "mail"
  /** The secret of an authenticator (RFC 6238), with the id of its user. */
  | "authenticator"
  /** The phone number of a user, and other personal texts of a second factor. */
  | "second-factor"
  /** The private key that signs JWTs, with its key id. */
  | "signing-key";

/** What an encrypted text is bound to: it cannot be decrypted with other fields. */
export type BoundTo = readonly [purpose: EncryptionPurpose, ...fields: (string | number)[]];

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts a text by the newest key: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. `bound` is authenticated with it
 * and not stored.
 *
 * @returns the id of the key, a dot, and nonce, ciphertext and tag in base64url
 */
export function encrypt([key]: SecretKeys, bound: BoundTo, text: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, derivedKey(key), iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(JSON.stringify(bound)));
  const content = Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `${key.id}.${content.toString("base64url")}`;
}

/** The text that {@link encrypt} was given; null when its key is unknown, or the text or what it is bound to was changed. */
export function decrypt(keys: SecretKeys, bound: BoundTo, encrypted: string): string | null {
  const [id, encoded] = encrypted.split(".", 2);
  const key = keys.find((candidate) => candidate.id === id);
  const content = Buffer.from(encoded ?? "", "base64url");
  if (key === undefined || content.length < IV_BYTES + TAG_BYTES) return null;
  const cipher = createDecipheriv(CIPHER, derivedKey(key), content.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(JSON.stringify(bound)));
  cipher.setAuthTag(content.subarray(-TAG_BYTES));
  try {
    return cipher.update(content.subarray(IV_BYTES, -TAG_BYTES), undefined, "utf8") + cipher.final("utf8");
  } catch {
    return null;
  }
}

/** Whether a text was encrypted by the newest key; one of an older key is to be encrypted anew when there is an occasion. */
export function isNewest([key]: SecretKeys, encrypted: string): boolean {
  return encrypted.startsWith(`${key.id}.`);
}

/** The key of the cipher: derived (HKDF, RFC 5869), because one key must not serve HMAC and AES alike. */
function derivedKey({ key }: SecretKey): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, "", "kudos encryption", KEY_BYTES));
}
