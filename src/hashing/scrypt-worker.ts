import crypto from "node:crypto";
import { existsSync, readlinkSync } from "node:fs";
import { constants, getPriority, setPriority } from "node:os";
import { basename } from "node:path";
import { isWorkerThread } from "piscina";
import scryptJs from "scrypt-js";
import type { FlaskSecurityHash } from "../domain/passwords/flask-security-hash.ts";
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

/** One verification of a password by a hash that another program made; `input` is the bytes that the scheme hashes. */
export interface ForeignJob extends Pick<FlaskSecurityHash, "scheme" | "hash"> {
  readonly input: Uint8Array;
}

// The first test vector of RFC 7914, section 12: it takes no time in any engine.
const SMALL_VECTOR = {
  password: Buffer.from(""),
  salt: Buffer.from(""),
  cost: { ln: 4, r: 1, p: 1 },
  expected:
    "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
};

// The third test vector of that section: it takes long enough to measure the engine.
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

/** An engine that computes scrypt, and the milliseconds that it took for a hash of `cost`. */
export interface TestedEngine {
  readonly engine: PasswordEngine;
  readonly cost: PasswordCost;
  readonly took: number;
}

/**
 * The wanted engine, or else the quicker one of those that this process has. It has computed a published test vector,
 * and all engines of the process have computed another.
 *
 * @throws {Error} with one line, when the wanted engine is missing or an engine does not compute scrypt
 */
export function chooseEngine(wanted?: PasswordEngine): TestedEngine {
  const native = hasNative();
  if (wanted === "native" && !native) throw new Error("this Node has no native password engine");
  const engine = wanted ?? (native ? "native" : "scrypt-js");
  for (const present of native ? ENGINES : [engine]) requireVector(present, SMALL_VECTOR);
  const start = performance.now();
  requireVector(engine, VECTOR);
  return { engine, cost: VECTOR.cost, took: performance.now() - start };
}

const ENGINES = ["native", "scrypt-js"] as const;

function requireVector(engine: PasswordEngine, { expected, ...vector }: typeof VECTOR): void {
  const actual = Buffer.from(derive({ engine, ...vector, length: 64 })).toString("hex");
  if (actual === expected) return;
  throw new Error(`the password engine ${engine} does not compute scrypt as RFC 7914 defines it`);
}

/**
 * Whether the input is the one of a bcrypt or argon2 hash. Their code is loaded on first use: few databases hold such
 * hashes.
 */
export async function verifyForeign({ scheme, hash, input }: ForeignJob): Promise<boolean> {
  const { argon2Verify, bcryptVerify } = await import("hash-wasm");
  return scheme === "bcrypt" ? bcryptVerify({ password: input, hash }) : argon2Verify({ password: input, hash });
}

/** The least difference between the two priorities. */
const LOWER = 5;

/** A link of Linux to the thread that reads it; its name is the number of the thread. */
const THREAD = "/proc/thread-self";

/**
 * Gives the calling thread a lower priority than that of the event loop, so that other requests do not wait for hashes. Linux sets it for
 * one thread alone; other systems have no number for a thread, and their threads stay equal. So do those in a container that shows the
 * threads of its host.
 */
function yieldToOthers(): void {
  try {
    const thread = Number(basename(readlinkSync(THREAD)));
    const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority;
    // Higher numbers are lower priorities. A process that was started with a low one (`nice`) may not raise it again.
    setPriority(thread, Math.min(PRIORITY_LOW, Math.max(PRIORITY_BELOW_NORMAL, getPriority(thread) + LOWER)));
  } catch {
    // Without it the hashes are right all the same.
  }
}

if (isWorkerThread && existsSync(THREAD)) yieldToOthers();

/** Runs one derivation, in the calling thread. */
export default derive;
