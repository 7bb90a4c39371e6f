import { randomBytes, timingSafeEqual } from "node:crypto";
import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { HashingQueueFull } from "../domain/passwords/errors.ts";
import {
  type FlaskSecurityHash,
  flaskSecurityInput,
  parseFlaskSecurityHash,
} from "../domain/passwords/flask-security-hash.ts";
import { type HashSamples, hashesToVerify } from "../domain/passwords/hash-kinds.ts";
import { normalisePassword } from "../domain/passwords/password.ts";
import type { PasswordHasher } from "../domain/passwords/password-hasher.ts";
import {
  DEFAULT_PASSWORD_COST,
  formatPasswordHash,
  type PasswordCost,
  parsePasswordHash,
  workRatio,
} from "../domain/passwords/scrypt-hash.ts";
import { createPasswordMeter, type PasswordMeter } from "./meter.ts";
import type { ForeignJob, HashingJob, PasswordEngine, TestedEngine } from "./scrypt-worker.ts";
import { createWaitingLine } from "./waiting-line.ts";

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/**
 * How long a password waits for its turn, in milliseconds. A change of password may wait twice, and the server gives up an answer
 * after a minute and a half.
 */
const LONGEST_WAIT = 40_000;

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
  /** How long one may wait for its turn, in milliseconds. */
  readonly longestWait?: number | undefined;
  /** Flask-Security's `SECURITY_PASSWORD_SALT`, without which no imported password that it signed is right. */
  readonly flaskSecuritySalt?: string | undefined;
  /** One hash of each kind that users have. A wrong password is held against all of them, whatever its user has. */
  readonly samples?: HashSamples | undefined;
  /** Who rates; a meter of its own, with which it is closed, when it is left out. */
  readonly meter?: PasswordMeter | undefined;
}

/**
 * Starts the threads that hash passwords, and tests the engine in one of them.
 *
 * @throws {Error} with one line, when the engine does not compute scrypt or the wanted one is not there
 */
export async function createPasswordHasher({
  cost = DEFAULT_PASSWORD_COST,
  engine: wanted,
  threads = Math.max(1, availableParallelism() - 1),
  maxWaiting = 64,
  longestWait = LONGEST_WAIT,
  flaskSecuritySalt,
  samples,
  meter: shared,
}: PasswordHasherOptions = {}): Promise<PasswordHasher> {
  // The line in front of the pool is our own: piscina's has no bound for jobs that carry a signal, and an abort kills the thread.
  const pool = new Piscina({
    filename: new URL("./scrypt-worker.ts", import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: 60_000,
  });

  let tested: TestedEngine;
  try {
    tested = await pool.run(wanted, { name: "chooseEngine" });
  } catch (error) {
    await pool.destroy();
    throw error;
  }
  const { engine } = tested;

  // How long one password takes: what the test of the engine lets expect, and later what the last ones took.
  let expected = tested.took * workRatio(cost, tested.cost);
  const line = createWaitingLine({
    places: threads,
    capacity: maxWaiting,
    longestWait,
    expected: () => expected,
    refuse: (through) => new HashingQueueFull(through),
  });
  const inLine = <Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> =>
    line.run(async () => {
      const start = performance.now();
      const result = await work();
      expected = (expected + performance.now() - start) / 2;
      return result;
    }, signal);

  const meter = shared ?? createPasswordMeter({ maxWaiting });

  const derive = (job: Omit<HashingJob, "engine">): Promise<Uint8Array> =>
    pool.run({ engine, ...job } satisfies HashingJob);

  const matches = async (text: string | null, phc: string): Promise<boolean> => {
    const imported = parseFlaskSecurityHash(phc);
    if (imported !== null) return matchesImported(text, imported);
    const stored = parsePasswordHash(phc);
    if (stored === null) return false;
    const job = { ...stored, password: Buffer.from(text ?? ""), length: stored.hash.length };
    return timingSafeEqual(await derive(job), stored.hash) && text !== null;
  };

  const matchesImported = async (text: string | null, stored: FlaskSecurityHash): Promise<boolean> => {
    const input = text === null ? null : flaskSecurityInput(text, stored, flaskSecuritySalt);
    // Neither scheme's code takes nothing for a password.
    const possible = input !== null && input.length > 0;
    const job: ForeignJob = { ...stored, input: possible ? input : Buffer.from("-") };
    const right: boolean = await pool.run(job, { name: "verifyForeign" });
    return right && possible;
  };

  // The right password of nobody, at the cost of new hashes.
  const blank = formatPasswordHash({ cost, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) });

  return {
    cost,
    async rate(password, about, signal) {
      // It is rated in order to be hashed.
      line.requireRoom();
      return meter.rate(password, about, signal);
    },
    async hash(password, signal) {
      const text = normalisePassword(password);
      if (text === null) throw new TypeError("This text cannot be a password.");
      const salt = randomBytes(SALT_BYTES);
      const job = { password: Buffer.from(text), salt, cost, length: HASH_BYTES };
      const hash = await inLine(() => derive(job), signal);
      return formatPasswordHash({ cost, salt, hash });
    },
    verify(password, phc, signal) {
      const text = normalisePassword(password);
      return inLine(async () => {
        const stored = samples === undefined ? [] : await samples.find(phc);
        const hashes = hashesToVerify(phc, hashesToVerify(blank, stored));
        for (const hash of hashes) if ((await matches(text, hash)) && hash === phc) return true;
        return false;
      }, signal);
    },
    async close() {
      await Promise.all([pool.close(), shared === undefined && meter.close()]);
    },
  };
}
