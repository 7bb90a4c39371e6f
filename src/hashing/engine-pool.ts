import { DEFAULT_PASSWORD_COST, type PasswordCost, workRatio } from "../domain/passwords/scrypt-hash.ts";
import { chooseEngine, type HashingJob, type PasswordEngine } from "./scrypt.ts";
import type { ForeignJob } from "./scrypt-worker.ts";
import { prepareThreads } from "./threads.ts";

/** The threads that compute password hashes. */
export interface EnginePool {
  /** Derives a key by scrypt. */
  derive(job: Omit<HashingJob, "engine">): Promise<Uint8Array>;
  /** Whether an input is the one of a bcrypt or argon2 hash. */
  verifyForeign(job: ForeignJob): Promise<boolean>;
  /** The milliseconds that one hash of a cost takes, on a machine like those of today. */
  expectedMs(cost: PasswordCost): number;
  close(): Promise<void>;
}

/** The milliseconds of one hash of the default cost. A first guess: the hasher goes by its own hashes as soon as it has made some. */
const DEFAULT_COST_MS: Readonly<Record<PasswordEngine, number>> = { native: 230, "scrypt-js": 700 };

/**
 * Tests the engine, and prepares the threads.
 *
 * @param wanted the engine; the quicker one of those that are there when it is undefined
 * @throws {Error} with one line, when the engine does not compute scrypt or the wanted one is missing
 */
export function prepareEnginePool(wanted: PasswordEngine | undefined, most: number): EnginePool {
  const engine = chooseEngine(wanted);
  const threads = prepareThreads(new URL("./scrypt-worker.ts", import.meta.url), most);
  return {
    derive: (job) => threads.run({ engine, ...job } satisfies HashingJob),
    verifyForeign: (job) => threads.run(job, { name: "verifyForeign" }),
    expectedMs: (cost) => DEFAULT_COST_MS[engine] * workRatio(cost, DEFAULT_PASSWORD_COST),
    close: threads.close,
  };
}
