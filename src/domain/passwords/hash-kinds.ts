import type { EntityManager } from "@mikro-orm/core";
import { findPasswordHashAfter } from "../users/user-repository.ts";
import { parseFlaskSecurityHash } from "./flask-security-hash.ts";
import { parsePasswordHash } from "./scrypt-hash.ts";

/** The time that the samples of a database are kept for, in milliseconds. */
const FRESH_MS = 60_000;

/**
 * The most kinds that are looked for. No database has so many for a good reason, and each makes every wrong password
 * cost more.
 */
const MOST_KINDS = 16;

/**
 * The kind of a stored hash: its scheme and parameters, which decide how long a verification takes. It is the text in
 * front of the salt, the last `$` included; null for a text that is no readable hash.
 */
export function kindOfHash(phc: string): string | null {
  if (parsePasswordHash(phc) !== null) return phc.slice(0, phc.lastIndexOf("$", phc.lastIndexOf("$") - 1) + 1);
  const imported = parseFlaskSecurityHash(phc);
  if (imported === null) return null;
  // bcrypt has no sign between salt and hash: they are told apart by length.
  const end = phc.lastIndexOf("$");
  return phc.slice(0, (imported.scheme === "bcrypt" ? end : phc.lastIndexOf("$", end - 1)) + 1);
}

/**
 * The hashes that a password is compared with: one of each kind that any user has, so that every sign-in takes the same
 * time. The first is the user's own; without a readable one it is the first of the samples.
 *
 * @param own the user's hash; null for an unknown user or one without a password
 * @param samples one hash of each kind
 */
export function hashesToVerify(own: string | null, samples: readonly string[]): string[] {
  const kind = own === null ? null : kindOfHash(own);
  if (own === null || kind === null) return [...samples];
  return [own, ...samples.filter((sample) => kindOfHash(sample) !== kind)];
}

/** One hash of each kind that users have: one look-up in the index for each kind, however many users there are. */
export async function sampleHashes(em: EntityManager): Promise<string[]> {
  const samples: string[] = [];
  for (let from = ""; samples.length < MOST_KINDS; ) {
    const hash = await findPasswordHashAfter(em, from);
    if (hash === undefined) break;
    samples.push(hash);
    // Skips all hashes of this kind: `%` is the character after `$`.
    from = kindOfHash(hash)?.replace(/\$$/, "%") ?? hash;
  }
  return samples.filter((sample) => kindOfHash(sample) !== null);
}

/** The samples of one database, looked up anew after a minute. */
export interface HashSamples {
  /** @param own the hash of a user; a kind that is not among the samples makes them be looked up at once */
  find(own: string | null): Promise<readonly string[]>;
}

/** Samples from a database. `fork` makes a fresh unit of work. */
export function createHashSamples(fork: () => EntityManager): HashSamples {
  let until = 0;
  let kinds = new Set<string>();
  let samples: readonly string[] = [];
  return {
    async find(own) {
      const kind = own === null ? null : kindOfHash(own);
      if (performance.now() < until && (kind === null || kinds.has(kind))) return samples;
      until = performance.now() + FRESH_MS;
      samples = await sampleHashes(fork());
      kinds = new Set(samples.flatMap((sample) => kindOfHash(sample) ?? []));
      return samples;
    },
  };
}
