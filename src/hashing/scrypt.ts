import crypto from "node:crypto";
import scryptJs from "scrypt-js";
import type { PasswordCost } from "../domain/passwords/scrypt-hash.ts";

/** The code that computes scrypt: OpenSSL (`native`), which some builds of Node lack, or plain JavaScript. */
export type PasswordEngine = "native" | "scrypt-js";

/** One derivation of a key (RFC 7914, section 6); `length` in bytes. */
export interface HashingJob {
  readonly engine: PasswordEngine;
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly cost: PasswordCost;
  readonly length: number;
}

// The first test vector of RFC 7914, section 12: it takes no time in any engine.
const VECTOR = {
  password: Buffer.from(""),
  salt: Buffer.from(""),
  cost: { ln: 4, r: 1, p: 1 },
  expected:
    "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
};

/** Runs one derivation, in the calling thread. */
export function derive({ engine, password, salt, cost: { ln, r, p }, length }: HashingJob): Uint8Array {
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

/**
 * The wanted engine, or else the quicker one of those that this process has. All engines of the process have computed a published test
 * vector.
 *
 * @throws {Error} with one line, when the wanted engine is missing or an engine does not compute scrypt
 */
export function chooseEngine(wanted?: PasswordEngine): PasswordEngine {
  const native = hasNative();
  if (wanted === "native" && !native) throw new Error("this Node has no native password engine");
  const engine = wanted ?? (native ? "native" : "scrypt-js");
  for (const present of native ? ENGINES : [engine]) requireVector(present);
  return engine;
}

const ENGINES = ["native", "scrypt-js"] as const;

function requireVector(engine: PasswordEngine): void {
  const { expected, ...vector } = VECTOR;
  const actual = Buffer.from(derive({ engine, ...vector, length: 64 })).toString("hex");
  if (actual === expected) return;
  throw new Error(`the password engine ${engine} does not compute scrypt as RFC 7914 defines it`);
}
