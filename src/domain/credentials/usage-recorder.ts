import type { EntityManager } from "@mikro-orm/core";
import type { CredentialKind, Principal } from "../principal.ts";
import { runStatement } from "../query.ts";
import { credentialTable } from "./credential-table.ts";

/** Remembers when credentials were used, and writes it down now and then: no request waits for it. */
export interface UsageRecorder {
  /** The principal's credential was used. */
  note(principal: Pick<Principal, "credential">): void;
  /** When a credential was used, as far as that is noted and not written down yet. */
  lastUse(credential: Principal["credential"]): Date | undefined;
  /** Writes what has been noted; what cannot be written is kept for the next time. */
  flush(): Promise<void>;
  /** Writes what has been noted, and notes no more. */
  close(): Promise<void>;
}

export interface UsageRecorderOptions {
  /** A fresh unit of work. */
  readonly fork: () => EntityManager;
  /** Milliseconds from one writing to the next; a minute unless told otherwise. */
  readonly everyMs?: number | undefined;
  readonly now: () => Date;
  /** Hears why a writing by the clock failed. */
  readonly onError: (error: unknown) => void;
}

// As many rows as one statement takes; and what is noted between two writings is bounded by writing sooner.
const ROWS = 200;
const MOST_NOTES = 10_000;

/** Starts to record. */
export function createUsageRecorder({ fork, everyMs = 60_000, now, onError }: UsageRecorderOptions): UsageRecorder {
  const notes: Record<CredentialKind, Map<string, Date>> = { token: new Map(), session: new Map() };
  let writing: Promise<void> = Promise.resolve();
  let closed = false;

  const write = async (): Promise<void> => {
    const taken = [
      { kind: "token", used: new Map(notes.token) },
      { kind: "session", used: new Map(notes.session) },
    ] as const;
    if (taken.every(({ used }) => used.size === 0)) return;
    const em = fork();
    await em.transactional(async (tx) => {
      for (const { kind, used } of taken) await writeUsage(tx, kind, used);
      await writeParentUsage(tx, [...taken[0].used.keys()]);
    });
    // What was used again meanwhile is to be written again.
    for (const { kind, used } of taken) {
      for (const [id, at] of used) if (notes[kind].get(id) === at) notes[kind].delete(id);
    }
  };
  // One writing after the other, whether or not the one before went well.
  const flush = (): Promise<void> => {
    writing = writing.catch(() => undefined).then(write);
    return writing;
  };
  const timer = setInterval(() => void flush().catch(onError), everyMs);
  timer.unref();

  return {
    note({ credential: { kind, id } }) {
      if (closed) return;
      notes[kind].set(id, now());
      if (notes[kind].size === MOST_NOTES) void flush().catch(onError);
      // The database has been away for long: rather forget a use than run out of memory.
      if (notes[kind].size > 2 * MOST_NOTES) notes[kind].clear();
    },
    lastUse: ({ kind, id }) => notes[kind].get(id),
    flush,
    async close() {
      closed = true;
      clearInterval(timer);
      await flush();
    },
  };
}

async function writeUsage(em: EntityManager, kind: CredentialKind, used: ReadonlyMap<string, Date>): Promise<void> {
  const rows = [...used];
  for (let start = 0; start < rows.length; start += ROWS) {
    const part = rows.slice(start, start + ROWS);
    const values = part.map(() => "(?, ?)").join(", ");
    await runStatement(
      em,
      `update "${credentialTable(kind)}" as c set last_used_at = v.used_at ` +
        `from (select column1 as id, column2 as used_at from (values ${values})) v ` +
        "where c.id = v.id and (c.last_used_at is null or c.last_used_at < v.used_at)",
      part.flat(),
    );
  }
}

/** What a token was made with is in use as long as that token is. */
async function writeParentUsage(em: EntityManager, tokenIds: readonly string[]): Promise<void> {
  for (let start = 0; start < tokenIds.length; start += ROWS) {
    const part = tokenIds.slice(start, start + ROWS);
    for (const kind of ["token", "session"] as const) {
      await runStatement(
        em,
        `update "${credentialTable(kind)}" as c set last_used_at = t.used_at ` +
          `from (select parent_${kind}_id as id, max(last_used_at) as used_at from "access_token" ` +
          `where id in (${part.map(() => "?").join(", ")}) group by parent_${kind}_id) t ` +
          "where c.id = t.id and (c.last_used_at is null or c.last_used_at < t.used_at)",
        part,
      );
    }
  }
}
