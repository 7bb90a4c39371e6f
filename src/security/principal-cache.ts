import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Authentication } from "../domain/credentials/authenticate.ts";
import type { SecretKeys } from "../domain/secrets/secret-keys.ts";
import type { FindPrincipal, LookUp } from "./find-principal.ts";

/** The most principals in memory, some 6 MB. Of more credentials in use, those that were used last are kept. */
const MOST_PRINCIPALS = 10_000;

export interface PrincipalCacheOptions {
  /** The version of the accounts, credentials and roles: equal numbers mean that nothing has changed in between. */
  readonly version: () => number;
  /** The same as of the last byte of each request that asks, looked up for all of them at once. */
  readonly versionOfBatch: () => number;
  /** The keys of the moment: another array when the key file has changed. */
  readonly keys: () => SecretKeys;
  readonly now: () => Date;
  /** Called for each credential, with whether it was found in memory. */
  readonly onLookUp?: ((inMemory: boolean) => void) | undefined;
}

/**
 * Finds the principals of credentials in memory that were looked up before: a warm request costs a SHA-256 in place of a
 * statement and an HMAC. A principal is kept until the first of these: its credential expires, by its age or unused;
 * anything changes that principals are made of; the keys change. Only principals are kept: a credential that is not valid
 * is looked up each time.
 *
 * The credential's text is kept as its SHA-256 only, so that no copy of the memory gives a credential away.
 */
export function principalCache(
  lookUp: LookUp,
  { version, versionOfBatch, keys, now, onLookUp }: PrincipalCacheOptions,
): FindPrincipal {
  const kept = new LRUCache<string, Authentication>({ max: MOST_PRINCIPALS });
  let valid: { version: number; keys: SecretKeys } | undefined;

  return async (kind, text) => {
    const current = { version: versionOfBatch(), keys: keys() };
    if (valid?.version !== current.version || valid.keys !== current.keys) {
      kept.clear();
      valid = current;
    }
    const key = hash("sha256", `${kind} ${text}`, "base64url");
    const known = kept.get(key);
    const inMemory = known !== undefined && now().getTime() < known.validUntil;
    onLookUp?.(inMemory);
    if (inMemory) return known.principal;
    const found = await lookUp(kind, text);
    // A change during the look-up: what was read may be of the time before it.
    if (found !== null && version() === current.version && keys() === current.keys) kept.set(key, found);
    return found?.principal ?? null;
  };
}
