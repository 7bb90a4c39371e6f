import type { EntityManager } from "@mikro-orm/core";
import { TABLES } from "../credentials/credential-repository.ts";
import type { CredentialKind, Principal } from "../principal.ts";
import { marks, type Queryable, runStatement } from "../query.ts";
import { write } from "../unit-of-work.ts";

/** Notes the last uses of credentials and stores them every minute, so that no request waits for it. */
export interface UsageRecorder {
  /** Notes a use of the principal's credential. */
  note(principal: Pick<Principal, "credential">): void;
  /** The last use of a credential that is noted and not stored yet. */
  lastUse(credential: Principal["credential"]): Date | undefined;
  /** Stores the notes; after a failure they are kept for the next time. */
  flush(): Promise<void>;
  /** Stores the notes, and takes no more. What cannot be stored is lost, and the error is told. */
  close(): Promise<void>;
}

export interface UsageRecorderOptions {
  /** Makes a fresh unit of work. */
  readonly fork: () => EntityManager;
  /** Milliseconds from one storing to the next; a minute when left out. */
  readonly everyMs?: number | undefined;
  readonly now: () => Date;
  /** Called with the error when a storing by the timer, or the last one, fails. */
  readonly onError: (error: unknown) => void;
}

// The number of rows that one statement stores.
const ROWS = 200;
// The number of notes of one kind that are stored at once, without waiting for the timer.
const MOST_NOTES = 10_000;

/** Starts a recorder, with a timer that does not keep the process alive. */
export function createUsageRecorder({ fork, everyMs = 60_000, now, onError }: UsageRecorderOptions): UsageRecorder {
  const notes: Record<CredentialKind, Map<string, Date>> = { token: new Map(), session: new Map() };
  let writing: Promise<void> = Promise.resolve();
  let closed = false;

  const store = async (): Promise<void> => {
    const taken = [
      { kind: "token", used: new Map(notes.token) },
      { kind: "session", used: new Map(notes.session) },
    ] as const;
    if (taken.every(({ used }) => used.size === 0)) return;
    await write(fork(), async (tx) => {
      for (const { kind, used } of taken) await writeUses(tx, kind, used);
      await writeParentUses(tx, [...taken[0].used.keys()]);
    });
    // A credential that was used again in the meantime keeps its note.
    for (const { kind, used } of taken) {
      for (const [id, at] of used) if (notes[kind].get(id) === at) notes[kind].delete(id);
    }
  };
  // One storing after the other, also after one that failed.
  const flush = (): Promise<void> => {
    writing = writing.catch(() => undefined).then(store);
    return writing;
  };
  const timer = setInterval(() => void flush().catch(onError), everyMs);
  timer.unref();

  return {
    note({ credential: { kind, id } }) {
      if (closed) return;
      notes[kind].set(id, now());
      if (notes[kind].size === MOST_NOTES) void flush().catch(onError);
      // The database has not answered for long: uses are forgotten before memory runs out.
      if (notes[kind].size > 2 * MOST_NOTES) notes[kind].clear();
    },
    lastUse: ({ kind, id }) => notes[kind].get(id),
    flush,
    async close() {
      closed = true;
      clearInterval(timer);
      await flush().catch(onError);
    },
  };
}

async function writeUses(tx: Queryable, kind: CredentialKind, used: ReadonlyMap<string, Date>): Promise<void> {
  const uses = [...used];
  for (let start = 0; start < uses.length; start += ROWS) await storeUses(tx, kind, uses.slice(start, start + ROWS));
}

async function writeParentUses(tx: Queryable, tokenIds: readonly string[]): Promise<void> {
  for (let start = 0; start < tokenIds.length; start += ROWS) {
    await storeParentUses(tx, tokenIds.slice(start, start + ROWS));
  }
}

/** A stored use that is so much later than those of now is from a clock that was ahead, and does not stay; in milliseconds. */
const AHEAD_MS = 60 * 60 * 1000;

/** Stores the last uses of credentials, by their ids; a later use that is stored already stays. */
async function storeUses(
  tx: Queryable,
  kind: CredentialKind,
  uses: readonly (readonly [id: string, at: Date])[],
): Promise<void> {
  await runStatement(
    tx,
    `update "${TABLES[kind]}" as c set last_used_at = v.used_at ` +
      `from (select column1 as id, column2 as used_at from (values ${uses.map(() => "(?, ?)").join(", ")}) as used) v ` +
      "where c.id = v.id and (c.last_used_at is null or c.last_used_at < v.used_at or c.last_used_at > ?)",
    [...uses.flat(), new Date(Math.max(...uses.map(([, at]) => at.getTime())) + AHEAD_MS)],
  );
}

/** Stores the last uses of tokens as uses of the credentials that they were made with. */
async function storeParentUses(tx: Queryable, tokenIds: readonly string[]): Promise<void> {
  for (const kind of ["token", "session"] as const) {
    await runStatement(
      tx,
      `update "${TABLES[kind]}" as c set last_used_at = t.used_at ` +
        `from (select parent_${kind}_id as id, max(last_used_at) as used_at from "access_token" ` +
        `where id in (${marks(tokenIds)}) group by parent_${kind}_id) t ` +
        "where c.id = t.id and (c.last_used_at is null or c.last_used_at < t.used_at)",
      tokenIds,
    );
  }
}
