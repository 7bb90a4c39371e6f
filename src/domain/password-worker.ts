import crypto from "node:crypto";
import scryptJs from "scrypt-js";
import type { FlaskSecurityHash } from "./flask-security.ts";
import type { PasswordCost } from "./password-hash.ts";

/** Who computes scrypt: OpenSSL, which not every build of Node has it from, or plain JavaScript. */
export type PasswordEngine = "native" | "scrypt-js";

/** One derivation of a key (RFC 7914, section 6); `length` in bytes. */
export interface HashingJob {
  readonly engine: PasswordEngine;
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly cost: PasswordCost;
  readonly length: number;
}

/** One look whether a password is the one of a hash from elsewhere; `input` is what its scheme hashes. */
export interface ForeignJob extends Pick<FlaskSecurityHash, "scheme" | "hash"> {
  readonly input: Uint8Array;
}

// RFC 7914, section 12, the third vector.
const VECTOR = {
  password: Buffer.from("password"),
  salt: Buffer.from("NaCl"),
  cost: { ln: 10, r: 8, p: 16 },
  expected:
    "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
};

function derive({ engine, password, salt, cost: { ln, r, p }, length }: HashingJob): Uint8Array {
  const N = 2 ** ln;
  if (engine === "scrypt-js") return scryptJs.syncScrypt(password, salt, N, r, p, length);
  // Node's own limit is 32 MiB, less than one hash of the default cost needs.
  return crypto.scryptSync(password, salt, length, { N, r, p, maxmem: 128 * r * (N + p + 8) });
}

function hasNative(): boolean {
  try {
    crypto.scryptSync("", "", 16, { N: 2, r: 1, p: 1 });
    return true;
  } catch {
    return false;
  }
}

/** The engines that this process has; all of them have given the published vector. Throws with one line when one does not. */
export function testEngines(): PasswordEngine[] {
  const engines: PasswordEngine[] = hasNative() ? ["native", "scrypt-js"] : ["scrypt-js"];
  for (const engine of engines) {
    const actual = Buffer.from(derive({ engine, ...VECTOR, length: 64 })).toString("hex");
    if (actual !== VECTOR.expected)
      throw new Error(`the password engine ${engine} does not compute scrypt as RFC 7914 defines it`);
  }
  return engines;
}

/** Whether the input is the one of a bcrypt or argon2 hash. Few databases hold such, so what computes them is loaded late. */
export async function verifyForeign({ scheme, hash, input }: ForeignJob): Promise<boolean> {
  // Neither scheme's code takes nothing for a password.
  if (input.length === 0) return false;
  const { argon2Verify, bcryptVerify } = await import("hash-wasm");
  return scheme === "bcrypt" ? bcryptVerify({ password: input, hash }) : argon2Verify({ password: input, hash });
}

/** Runs one job in the thread that it is called in. */
export default derive;
