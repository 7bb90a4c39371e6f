import { createDecipheriv, pbkdf2Sync } from "node:crypto";

/** The secrets by which the other program encrypts those of authenticators, by their tags: its `SECURITY_TOTP_SECRETS`. */
export type TotpSecrets = ReadonlyMap<string, string>;

/** The second factor of an account as the other program keeps it. */
export interface ForeignFactor {
  /** The secret of an authenticator, as passlib's TOTP writes it. */
  readonly totp: string | null;
  /** Recovery codes as they are stored, separated by commas. */
  readonly recoveryCodes: string | null;
}

/** An authenticator and recovery codes that can be taken over. */
export interface OpenedFactor {
  /** The secret in base 32. */
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

const [KEY_BYTES, IV_BYTES, LEAST_COST, MOST_COST] = [32, 16, 1, 20];
const RECOVERY_CODE = /^[\da-f]{4}-[\da-f]{4}-[\da-f]{4}$/;

/**
 * The second factor that stands for one of the other program; null when its secret is damaged, encrypted by a secret that is not known, or
 * for an authenticator of other parameters than all know. Encrypted recovery codes are left out: new ones are made when they are wanted.
 */
export function openForeignFactor({ totp, recoveryCodes }: ForeignFactor, secrets: TotpSecrets): OpenedFactor | null {
  const secret = readTotp(totp ?? "", secrets);
  if (secret === null) return null;
  const codes = (recoveryCodes ?? "").split(",").map((code) => code.trim());
  return { secret, recoveryCodes: codes.filter((code) => RECOVERY_CODE.test(code)) };
}

/** The secret in base 32 of what passlib's `TOTP.to_json` has written; null for any other text. */
function readTotp(text: string, secrets: TotpSecrets): string | null {
  const { type, v, key, enckey, alg = "sha1", digits = 6, period = 30 } = parsed(text);
  if (type !== "totp" || v !== 1 || alg !== "sha1" || digits !== 6 || period !== 30) return null;
  if (typeof key === "string") return asSecret(key);
  return isObject(enckey) ? decrypted(enckey, secrets) : null;
}

/** passlib's wallet, version 1: AES-256 in counter mode; key and counter by PBKDF2-HMAC-SHA-256 of 2^c rounds. */
function decrypted({ v, c, t, s, k }: Record<string, unknown>, secrets: TotpSecrets): string | null {
  const secret = secrets.get(String(t));
  const [salt, content] = [fromBase32(s), fromBase32(k)];
  const isCost = Number.isInteger(c) && Number(c) >= LEAST_COST && Number(c) <= MOST_COST;
  if (v !== 1 || secret === undefined || salt === null || content === null || !isCost) return null;
  const derived = pbkdf2Sync(secret, salt, 2 ** Number(c), KEY_BYTES + IV_BYTES, "sha256");
  const cipher = createDecipheriv("aes-256-ctr", derived.subarray(0, KEY_BYTES), derived.subarray(KEY_BYTES));
  return asSecret(toBase32(cipher.update(content)));
}

function asSecret(text: string): string | null {
  const secret = text.replace(/[\s=-]/g, "").toUpperCase();
  return /^[A-Z2-7]{16,128}$/.test(secret) ? secret : null;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The bytes of a text in base 32 (RFC 4648, section 6), with or without padding; null for any other value. */
function fromBase32(text: unknown): Buffer | null {
  if (typeof text !== "string" || !/^[A-Z2-7]+=*$/i.test(text)) return null;
  const bits = [...text.replace(/=/g, "").toUpperCase()].map((one) =>
    ALPHABET.indexOf(one).toString(2).padStart(5, "0"),
  );
  const bytes = bits.join("").match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}

function toBase32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, "0"), 2)]).join("");
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
