import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Authentication } from "../domain/credentials/authenticate.ts";
import type { SecretKeys } from "../domain/secrets/secret-keys.ts";
import type { FindPrincipal, LookUp } from "./find-principal.ts";

/** The most principals in memory, some 6 MB. Of more credentials in use, those that were used last are kept. */
const MOST_PRINCIPALS = 10_000;

export interface PrincipalCacheOptions {
  /** The version of the accounts, credentials and roles as of the last byte of each request that asks. It rises with each change. */
  readonly versionOfBatch: () => number;
  /** The version by which the principals of a user last changed, or may have. */
  readonly lastChangeOf: (userId: number) => number;
  /** The keys of the moment: another array when the key file has changed. */
  readonly keys: () => SecretKeys;
  readonly now: () => Date;
  /** Called for each credential, with whether it was found in memory. */
  readonly onLookUp?: ((inMemory: boolean) => void) | undefined;
}

/** A principal in memory, and the version at which it was looked up. */
interface Known extends Authentication {
  readonly version: number;
}

/**
 * Finds the principals of credentials in memory that were looked up before: a warm request costs a SHA-256 in place of a
 * statement and an HMAC. A principal is kept until the first of these: its credential expires, by its age or unused;
 * anything changes that the principals of its user are made of; the keys change. Only principals are kept: a credential that is not valid
 * is looked up each time.
 *
 * The credential's text is kept as its SHA-256 only, so that no copy of the memory gives a credential away.
 */
export function principalCache(
  lookUp: LookUp,
  { versionOfBatch, lastChangeOf, keys, now, onLookUp }: PrincipalCacheOptions,
): FindPrincipal {
  const kept = new LRUCache<string, Known>({ max: MOST_PRINCIPALS });
  let current: SecretKeys | undefined;

  return async (kind, text) => {
    const version = versionOfBatch();
    if (current !== keys()) {
      kept.clear();
      current = keys();
    }
    const key = hash("sha256", `${kind} ${text}`, "base64url");
    const known = kept.get(key);
    const inMemory =
      known !== undefined &&
      lastChangeOf(known.principal.userId) <= known.version &&
      now().getTime() < known.validUntil;
    onLookUp?.(inMemory);
    if (inMemory) return known.principal;
    const keysBefore = current;
    const found = await lookUp(kind, text);
    // What was read is at least as new as the version from before it: a change during the look-up has a higher one.
    if (found !== null && keys() === keysBefore) kept.set(key, { ...found, version });
    return found?.principal ?? null;
  };
}
