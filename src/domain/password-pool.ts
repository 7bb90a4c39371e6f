import { randomBytes, timingSafeEqual } from "node:crypto";
import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { HashingQueueFull } from "./errors.ts";
import { type FlaskSecurityHash, flaskSecurityInput, parseFlaskSecurityHash } from "./flask-security.ts";
import {
  DEFAULT_PASSWORD_COST,
  formatPasswordHash,
  isWeakerCost,
  type PasswordCost,
  parsePasswordHash,
} from "./password-hash.ts";
import { createPasswordMeter } from "./password-meter.ts";
import type { ForeignJob, HashingJob, PasswordEngine, testEngines } from "./password-worker.ts";
import { normalisePassword, type PasswordHasher } from "./passwords.ts";
import { createWaitingLine } from "./waiting-line.ts";

const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MAX_RETRY_AFTER_SECONDS = 60;

/** How passwords are hashed; what is left out has a default. */
export interface PasswordHasherOptions {
  /** What a new hash costs. */
  readonly cost?: PasswordCost | undefined;
  /** Who computes; `native` where the build of Node has it. */
  readonly engine?: PasswordEngine | undefined;
  /** How many hash at once; one less than there are cores. */
  readonly threads?: number | undefined;
  /** How many may wait for their turn. */
  readonly maxWaiting?: number | undefined;
  /** Flask-Security's `SECURITY_PASSWORD_SALT`, without which no imported password that it signed is right. */
  readonly flaskSecuritySalt?: string | undefined;
  /**
   * One of the imported hashes, while there are any. A wrong password is then held against both an imported hash and one of ours,
   * whichever the user has: the time tells nobody that an address has an imported account.
   */
  readonly importedHash?: (() => string | null) | undefined;
}

/**
 * Starts the threads that hash passwords, and tests the engines in one of them.
 *
 * @throws {Error} with one line, when an engine does not compute scrypt or the wanted one is not there
 */
export async function createPasswordHasher({
  cost = DEFAULT_PASSWORD_COST,
  engine: wanted,
  threads = Math.max(1, availableParallelism() - 1),
  maxWaiting = 64,
  flaskSecuritySalt,
  importedHash = () => null,
}: PasswordHasherOptions = {}): Promise<PasswordHasher> {
  // The line in front of the pool is our own: piscina's has no bound for jobs that carry a signal, and an abort kills the thread.
  const pool = new Piscina({
    filename: new URL("./password-worker.ts", import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: 60_000,
  });

  let engines: PasswordEngine[];
  try {
    engines = (await pool.run(undefined, { name: "testEngines" })) satisfies ReturnType<typeof testEngines>;
    if (wanted !== undefined && !engines.includes(wanted))
      throw new Error(`this Node has no ${wanted} password engine`);
  } catch (error) {
    await pool.destroy();
    throw error;
  }
  const engine = wanted ?? (engines.includes("native") ? "native" : "scrypt-js");

  let hashSeconds = 0;
  const line = createWaitingLine(threads, maxWaiting, () => {
    const wait = Math.ceil((hashSeconds * maxWaiting) / threads);
    return new HashingQueueFull(Math.min(Math.max(1, wait), MAX_RETRY_AFTER_SECONDS));
  });

  const meter = createPasswordMeter({ maxWaiting });

  const derive = async (job: Omit<HashingJob, "engine">): Promise<Uint8Array> => {
    const start = performance.now();
    const hash: Uint8Array = await pool.run({ engine, ...job } satisfies HashingJob);
    hashSeconds = (performance.now() - start) / 1000;
    return hash;
  };

  const verifyOwn = async (text: string | null, phc: string | null): Promise<boolean> => {
    const stored = text === null || phc === null ? null : parsePasswordHash(phc);
    const {
      salt,
      cost: price,
      hash,
    } = stored ?? { salt: Buffer.alloc(SALT_BYTES), cost, hash: Buffer.alloc(HASH_BYTES) };
    const actual = await derive({ password: Buffer.from(text ?? ""), salt, cost: price, length: hash.length });
    const right = timingSafeEqual(actual, hash) && stored !== null;
    // A hash from the time of a lower cost must not tell by its speed that there is an account.
    if (!right && isWeakerCost(price, cost)) {
      await derive({ password: Buffer.from(text ?? ""), salt, cost, length: HASH_BYTES });
    }
    return right;
  };

  const verifyImported = async (text: string | null, stored: FlaskSecurityHash): Promise<boolean> => {
    const input = text === null ? null : flaskSecurityInput(text, stored, flaskSecuritySalt);
    const job: ForeignJob = { ...stored, input: input ?? Buffer.from("-") };
    const right: boolean = await pool.run(job, { name: "verifyForeign" });
    return right && input !== null;
  };

  return {
    cost,
    rate: meter.rate,
    async hash(password, signal) {
      const text = normalisePassword(password);
      if (text === null) throw new TypeError("This text cannot be a password.");
      const salt = randomBytes(SALT_BYTES);
      const job = { password: Buffer.from(text), salt, cost, length: HASH_BYTES };
      const hash = await line.run(() => derive(job), signal);
      return formatPasswordHash({ cost, salt, hash });
    },
    verify(password, phc, signal) {
      const text = normalisePassword(password);
      const imported = phc === null ? null : parseFlaskSecurityHash(phc);
      return line.run(async () => {
        if (imported !== null && (await verifyImported(text, imported))) return true;
        if (await verifyOwn(text, imported === null ? phc : null)) return true;
        const sample = imported === null ? parseFlaskSecurityHash(importedHash() ?? "") : null;
        if (sample !== null) await verifyImported(text, sample);
        return false;
      }, signal);
    },
    async close() {
      await Promise.all([pool.close(), meter.close()]);
    },
  };
}
