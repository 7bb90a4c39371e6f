import type { Changed, ChangedUsers } from "../domain/audit-trail/audit-trail.ts";

/** The most users whose last change is remembered; of more, all principals count as changed. */
const MOST_USERS = 10_000;

/** The changes of what principals are made of: accounts, credentials and roles. */
export interface Changes {
  /**
   * The version of the accounts, credentials and roles: a number that rises with each change of them, here or in another process.
   *
   * Each call looks at the other processes.
   */
  readonly version: () => number;
  /**
   * The same version, but the other processes are looked at once for all requests of a batch: a look costs 4 µs, a tenth of a request.
   * Where no batch was begun, and while other processes cannot be looked at, each call looks.
   */
  readonly versionOfBatch: () => number;
  /** The version by which the principals of a user last changed, or may have: what was known of them at a lower one holds no more. */
  readonly lastChangeOf: (userId: number) => number;
  /**
   * Begins a batch of requests. To be called when all of them have been read and none has begun. The look that follows then knows of
   * every change that a client could know of when it sent one of them. A look at the first request read would be too early: the bytes of
   * the others may still be arriving.
   */
  readonly beginBatch: () => void;
  /** Raises the version for some users. To be called after the commit of a change, before the change is answered. */
  readonly raise: (users: ChangedUsers) => void;
  /** Raises the version, and resolves when other processes know of the change. */
  readonly changed: Changed;
  /** Begins to watch other processes. Until then no two versions are equal. */
  watch(elsewhere: Elsewhere): void;
}

/** The other processes on a database. */
export interface Elsewhere {
  /**
   * The users whose principals other processes have changed since the call before.
   *
   * @throws {Error} when that cannot be told now, because the database does not answer, say
   */
  readonly news: () => ChangedUsers;
  /** Resolves when other processes know of the changes that are logged; left out where they look by themselves. */
  readonly untilHeard?: () => Promise<void>;
}

/** Counts the changes of one database, from its opening on. */
export function createChanges(): Changes {
  let version = 0;
  let allChanged = 0;
  const changedAt = new Map<number, number>();
  let elsewhere: Elsewhere = { news: () => null };
  let isWatched = false;
  let batches = 0;
  let batchSeen = 0;

  const raise = (users: ChangedUsers): void => {
    if (users?.length === 0) return;
    version += 1;
    for (const user of users ?? []) changedAt.set(user, version);
    if (users !== null && changedAt.size <= MOST_USERS) return;
    allChanged = version;
    changedAt.clear();
  };
  const look = (): number => {
    try {
      raise(elsewhere.news());
      isWatched = true;
    } catch {
      raise(null);
      isWatched = false;
    }
    return version;
  };
  return {
    version: look,
    versionOfBatch: () => {
      if (batches === 0 || batchSeen !== batches || !isWatched) look();
      batchSeen = batches;
      return version;
    },
    lastChangeOf: (userId) => Math.max(allChanged, changedAt.get(userId) ?? 0),
    beginBatch: () => {
      batches += 1;
    },
    raise,
    changed: (users) => {
      raise(users);
      return users?.length === 0 ? undefined : elsewhere.untilHeard?.();
    },
    watch: (others) => {
      elsewhere = others;
      isWatched = false;
    },
  };
}
