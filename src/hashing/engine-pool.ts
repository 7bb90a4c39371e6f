import { Piscina } from "piscina";
import { type PasswordCost, workRatio } from "../domain/passwords/scrypt-hash.ts";
import type { ForeignJob, HashingJob, PasswordEngine, TestedEngine } from "./scrypt-worker.ts";

/** The threads that compute password hashes. They keep no line of jobs: `waiting-line.ts` does. */
export interface EnginePool {
  /** Derives a key by scrypt. */
  derive(job: Omit<HashingJob, "engine">): Promise<Uint8Array>;
  /** Whether an input is the one of a bcrypt or argon2 hash. */
  verifyForeign(job: ForeignJob): Promise<boolean>;
  /** The milliseconds that one hash of a cost takes, by the test of the engine. */
  expectedMs(cost: PasswordCost): number;
  close(): Promise<void>;
}

/**
 * Starts the threads, and tests the engine in one of them.
 *
 * @param wanted the engine; the quicker one of those that are there when it is undefined
 * @throws {Error} with one line, when the engine does not compute scrypt or the wanted one is missing
 */
export async function startEnginePool(wanted: PasswordEngine | undefined, threads: number): Promise<EnginePool> {
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
  return {
    derive: (job) => pool.run({ engine: tested.engine, ...job } satisfies HashingJob),
    verifyForeign: (job) => pool.run(job, { name: "verifyForeign" }),
    expectedMs: (cost) => tested.took * workRatio(cost, tested.cost),
    close: () => pool.close(),
  };
}
