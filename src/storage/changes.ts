/** The changes of what principals are made of: accounts, credentials and roles. */
export interface Changes {
  /**
   * The version of the accounts, credentials and roles: a number that rises with each change of them, and with each
   * commit of another process, whatever it is about. Equal numbers mean that nothing has changed in between.
   *
   * Each call looks at the other processes.
   */
  readonly version: () => number;
  /**
   * The version, of one look for all requests that the kernel hands over together, since a look costs 4 µs, a tenth of a request. The
   * look comes when all of these have been read: none was sent after an answer that the look does not know of. A look when the first of
   * them comes would be too early, since bytes of the others may arrive until they are read.
   */
  readonly versionOfBatch: () => Promise<number>;
  /** Raises the version. To be called after the commit of a change, before the change is answered. */
  readonly raise: () => void;
  /**
   * Begins to watch the commits of other processes. Until then no two versions are equal.
   *
   * @param commits gives a number that is another one after each commit of another process; it may throw when the
   *   database does not answer
   */
  watch(commits: () => number): void;
}

/** Counts the changes of one database, from its opening on. */
export function createChanges(): Changes {
  let version = 0;
  let seen = Number.NaN;
  let commitsElsewhere = (): number => Number.NaN;
  let batch: Promise<number> | undefined;

  const raise = (): void => {
    version += 1;
  };
  const look = (): number => {
    try {
      const commits = commitsElsewhere();
      // NaN differs from itself: while other processes cannot be watched, each look counts as a change.
      if (commits !== seen) raise();
      seen = commits;
    } catch {
      raise();
    }
    return version;
  };
  return {
    version: look,
    versionOfBatch: () => {
      // The event loop runs this when it has read from all sockets that the kernel has named.
      batch ??= new Promise((resolve) =>
        setImmediate(() => {
          batch = undefined;
          resolve(look());
        }),
      );
      return batch;
    },
    raise,
    watch: (commits) => {
      commitsElsewhere = commits;
    },
  };
}
