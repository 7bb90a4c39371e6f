import type { StoredSigningKey } from "./signing-key-repository.ts";

/** The most that a JWT lives, in seconds. */
export const MOST_LIFETIME_SECONDS = 300;

/** How long verifiers may keep the published keys (`Cache-Control: max-age`), in seconds. */
export const KEY_SET_MAX_AGE_SECONDS = 300;

const MINUTE_MS = 60 * 1000;

/** The age at which a key is followed by the next one: 30 days. */
const AGE_MS = 30 * 24 * 60 * MINUTE_MS;

/**
 * The time for which a key is published before it signs: an hour, far more than the max-age of the published keys, and than the ten minutes
 * of libraries that do not look at it.
 */
const AHEAD_MS = 60 * MINUTE_MS;

/** The time for which a key stays published after the next one signs: the life of its last JWT, and as much again for clocks that differ. */
const AFTER_MS = 2 * MOST_LIFETIME_SECONDS * 1000;

/** When a key is published, signs, and is published no more. */
export interface KeyTimes {
  readonly signsFrom: Date;
  /** The time at which the keys before it expire. */
  readonly othersExpireAt: Date;
}

/** The times of a key that is made now. The first one signs at once: no other one can. */
export function timesOfNext(now: Date, isFirst: boolean): KeyTimes {
  const signsFrom = now.getTime() + (isFirst ? 0 : AHEAD_MS);
  return { signsFrom: new Date(signsFrom), othersExpireAt: new Date(signsFrom + AFTER_MS) };
}

/** The key that signs now: the newest whose time has come. Null when there is none. */
export function signingNow<Key extends Pick<StoredSigningKey, "signsFrom">>(
  keys: readonly Key[],
  now: Date,
): Key | null {
  const begun = keys.filter(({ signsFrom }) => signsFrom <= now);
  // Where the clock was set back no key has begun; the oldest is the one that verifiers know for longest.
  return begun.at(-1) ?? keys[0] ?? null;
}

/** Whether the newest key is to sign later than now. */
export function isWaiting(keys: readonly Pick<StoredSigningKey, "signsFrom">[], now: Date): boolean {
  const newest = keys.at(-1);
  return newest !== undefined && newest.signsFrom > now;
}

/** Whether the next key is to be made: there is none, or the newest one will be too old by the time that the next one signs. */
export function isNextDue(keys: readonly Pick<StoredSigningKey, "signsFrom">[], now: Date): boolean {
  const newest = keys.at(-1);
  return newest === undefined || now.getTime() - newest.signsFrom.getTime() >= AGE_MS - AHEAD_MS;
}
