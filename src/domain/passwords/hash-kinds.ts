import type { EntityManager } from "@mikro-orm/core";
import { runStatement } from "../query.ts";
import { parseFlaskSecurityHash } from "./flask-security-hash.ts";
import { parsePasswordHash } from "./scrypt-hash.ts";

/** How long what was found counts, in milliseconds. */
const FRESH_MS = 60_000;

/** More kinds than any database has for a good reason; each of them makes every wrong password cost more. */
const MOST_KINDS = 16;

/**
 * The scheme and parameters of a stored hash, which decide how long a look at it takes: the text in front of its salt, `$` included.
 * Null for what is no hash that can be looked at.
 */
export function kindOfHash(phc: string): string | null {
  if (parsePasswordHash(phc) !== null) return phc.slice(0, phc.lastIndexOf("$", phc.lastIndexOf("$") - 1) + 1);
  const imported = parseFlaskSecurityHash(phc);
  if (imported === null) return null;
  // bcrypt parts its salt and its hash by their length.
  const end = phc.lastIndexOf("$");
  return phc.slice(0, (imported.scheme === "bcrypt" ? end : phc.lastIndexOf("$", end - 1)) + 1);
}

/**
 * What a password is held against, so that it takes as long for everybody: one hash of each kind that anybody has. The first is the
 * user's own; without one that can be read it is the first of the samples.
 *
 * @param own the user's hash; null for a user who has none, and for nobody
 * @param samples one hash of each kind
 */
export function hashesToVerify(own: string | null, samples: readonly string[]): string[] {
  const kind = own === null ? null : kindOfHash(own);
  if (own === null || kind === null) return [...samples];
  return [own, ...samples.filter((sample) => kindOfHash(sample) !== kind)];
}

/** One hash of each kind that users have. By the index it takes one step for each kind, however many users there are. */
export async function sampleHashes(em: EntityManager): Promise<string[]> {
  const samples: string[] = [];
  for (let from = ""; samples.length < MOST_KINDS; ) {
    const [row] = await runStatement<{ hash: string }>(
      em,
      'select password_hash as hash from "user" where password_hash > ? order by password_hash limit 1',
      [from],
    );
    if (row === undefined) break;
    samples.push(row.hash);
    // Past all that begin with the same text: `%` is the character after `$`.
    from = kindOfHash(row.hash)?.replace(/\$$/, "%") ?? row.hash;
  }
  return samples.filter((sample) => kindOfHash(sample) !== null);
}

/** What `sampleHashes` has found, looked for anew after a minute. */
export interface HashSamples {
  /** @param own the hash of a user; one of a kind that was not there has them looked for at once */
  find(own: string | null): Promise<readonly string[]>;
}

/** Looks for samples in one database. */
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
