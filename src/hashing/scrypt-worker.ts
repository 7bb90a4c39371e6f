import { existsSync, readlinkSync } from "node:fs";
import { constants, getPriority, setPriority } from "node:os";
import { basename } from "node:path";
import { isWorkerThread } from "piscina";
import type { FlaskSecurityHash } from "../domain/passwords/flask-security-hash.ts";
import { derive } from "./scrypt.ts";

/** One verification of a password by a hash that another program made; `input` is the bytes that the scheme hashes. */
export interface ForeignJob extends Pick<FlaskSecurityHash, "scheme" | "hash"> {
  readonly input: Uint8Array;
}

/**
 * Whether the input is the one of a bcrypt or argon2 hash; a hash that their code throws on is nobody's. The code is loaded
 * on first use: few databases hold such hashes.
 */
export async function verifyForeign({ scheme, hash, input }: ForeignJob): Promise<boolean> {
  const { argon2Verify, bcryptVerify } = await import("hash-wasm");
  const verify = scheme === "bcrypt" ? bcryptVerify : argon2Verify;
  try {
    return await verify({ password: input, hash });
  } catch {
    // A damaged hash: every wrong password is compared with one hash of each kind, so an error here would be everybody's.
    return false;
  }
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

export default derive;
