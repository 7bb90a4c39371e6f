/** The changes of what principals are made of: accounts, credentials and roles. */
export interface Changes {
  /**
   * The version of the accounts, credentials and roles: a number that rises with each change of them, and with each
   * commit of another process, whatever it is about. Equal numbers mean that nothing has changed in between.
   *
   * Other processes are looked at once for all requests that the kernel hands over together, since a look costs 4 µs, a tenth of a
   * request. Each of these had been sent before the look, so none was sent after an answer that the look does not know of; the
   * server begins pipelined requests of one connection apart from each other.
   */
  readonly version: () => number;
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
  let batch: string | undefined;

  const raise = (): void => {
    version += 1;
  };
  const look = (): boolean => {
    try {
      const commits = commitsElsewhere();
      // NaN differs from itself: while other processes cannot be watched, each look counts as a change.
      if (commits !== seen) raise();
      seen = commits;
      return !Number.isNaN(commits);
    } catch {
      raise();
      return false;
    }
  };
  return {
    version: () => {
      const current = batchOfEvents();
      if (current !== batch) batch = look() ? current : undefined;
      return version;
    },
    raise,
    watch: (commits) => {
      commitsElsewhere = commits;
    },
  };
}

/** A name for what the event loop has at hand: another one whenever it has asked the kernel for what has come. */
function batchOfEvents(): string {
  const { loopCount, events } = performance.nodeTiming.uvMetricsInfo;
  return `${loopCount} ${events}`;
}
