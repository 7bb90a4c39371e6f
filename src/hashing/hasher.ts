import { randomBytes } from "node:crypto";
import { channel } from "node:diagnostics_channel";
import { availableParallelism } from "node:os";
import { HashingQueueFull } from "../domain/passwords/errors.ts";
import { type HashSamples, hashesToVerify } from "../domain/passwords/hash-kinds.ts";
import { normalisePassword } from "../domain/passwords/password.ts";
import type { PasswordHasher } from "../domain/passwords/password-hasher.ts";
import { DEFAULT_PASSWORD_COST, formatPasswordHash, type PasswordCost } from "../domain/passwords/scrypt-hash.ts";
import { type EnginePool, prepareEnginePool } from "./engine-pool.ts";
import { createPasswordMeter, type PasswordMeter } from "./meter.ts";
import type { PasswordEngine } from "./scrypt.ts";
import { matchesHash } from "./verification.ts";
import { createWaitingLine } from "./waiting-line.ts";

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/**
 * The longest that a password waits for its turn to be hashed, in milliseconds. A change of password waits twice, to
 * verify the old one and to hash the new one, and the server gives up an answer after 90 s.
 */
const LONGEST_WAIT_FOR_HASHING_MS = 40_000;

/** Told of each password that begins to wait, with the promise of its end, for whoever traces: else it costs a look at a flag. */
const HASHING = channel("kudos:hashing");

/** The way that passwords are hashed; each option has a default. */
export interface PasswordHasherOptions {
  /** The cost of new hashes. */
  readonly cost?: PasswordCost | undefined;
  /** The engine; `native` where the build of Node has it. */
  readonly engine?: PasswordEngine | undefined;
  /** The number of hashes that are computed at once; one less than there are cores. */
  readonly threads?: number | undefined;
  /** The number of passwords that may wait for their turn. */
  readonly maxWaiting?: number | undefined;
  /** The longest that a password waits for its turn, in milliseconds. */
  readonly longestWait?: number | undefined;
  /** Flask-Security's `SECURITY_PASSWORD_SALT`. Without it no imported password that was signed with it is right. */
  readonly flaskSecuritySalt?: string | undefined;
  /**
   * One hash of each kind that users have. Every password is compared with one hash of each kind, so that all sign-ins
   * take as long.
   */
  readonly samples?: HashSamples | undefined;
  /** Threads that several hashers share, and whose maker closes them. Left out, the hasher has threads of its own. */
  readonly engines?: EnginePool | undefined;
  /** A meter that several hashers share, and whose maker closes it. Left out, the hasher has a meter of its own. */
  readonly meter?: PasswordMeter | undefined;
}

/** A hasher that tells how busy it is. */
export interface MeasuredHasher extends PasswordHasher {
  /** The number of passwords that wait for their turn, and of those that have had it. */
  load(): { readonly waiting: number; readonly hashed: number };
}

/**
 * Tests the engine, and prepares the threads that hash passwords: they start with the first password.
 *
 * @throws {Error} with one line, when the engine does not compute scrypt or the wanted one is missing
 */
export async function createPasswordHasher({
  cost = DEFAULT_PASSWORD_COST,
  engine,
  threads = Math.max(1, availableParallelism() - 1),
  maxWaiting = 64,
  longestWait = LONGEST_WAIT_FOR_HASHING_MS,
  flaskSecuritySalt,
  samples,
  engines,
  meter: sharedMeter,
}: PasswordHasherOptions = {}): Promise<MeasuredHasher> {
  const pool = engines ?? prepareEnginePool(engine, threads);

  // The milliseconds that one password takes: by a guess at first, later by those that were hashed last.
  let expected = pool.expectedMs(cost);
  let hashed = 0;
  // A line of our own: that of piscina has no bound for jobs with a signal, and its abort ends the thread.
  const line = createWaitingLine({
    places: threads,
    capacity: maxWaiting,
    longestWait,
    expected: () => expected,
    refuse: (through) => new HashingQueueFull(through),
  });
  const inLine = <Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> => {
    const ended = line.run(async () => {
      const start = performance.now();
      const result = await work();
      expected = (expected + performance.now() - start) / 2;
      hashed += 1;
      return result;
    }, signal);
    if (HASHING.hasSubscribers) HASHING.publish({ ended });
    return ended;
  };

  const meter = sharedMeter ?? createPasswordMeter({ maxWaiting });

  // A hash that no password matches; checking it costs as much as a new hash.
  const blank = formatPasswordHash({ cost, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) });

  return {
    cost,
    load: () => ({ waiting: line.length, hashed }),
    async rate(password, about, signal) {
      // A rated password is hashed next: without room in that line the rating would be in vain.
      line.requireRoom();
      return meter.rate(password, about, signal);
    },
    async hash(password, signal) {
      const text = normalisePassword(password);
      if (text === null) throw new TypeError("This text cannot be a password.");
      const salt = randomBytes(SALT_BYTES);
      const job = { password: Buffer.from(text), salt, cost, length: HASH_BYTES };
      const hash = await inLine(() => pool.derive(job), signal);
      return formatPasswordHash({ cost, salt, hash });
    },
    verify(password, phc, signal) {
      const text = normalisePassword(password);
      return inLine(async () => {
        const stored = samples === undefined ? [] : await samples.find(phc);
        const hashes = hashesToVerify(phc, hashesToVerify(blank, stored));
        for (const hash of hashes) {
          if ((await matchesHash(pool, text, hash, flaskSecuritySalt)) && hash === phc) return true;
        }
        return false;
      }, signal);
    },
    async close() {
      await Promise.all([engines === undefined && pool.close(), sharedMeter === undefined && meter.close()]);
    },
  };
}
