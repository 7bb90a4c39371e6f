import { type Queryable, runStatement } from "../domain/query.ts";
import { write } from "../domain/unit-of-work.ts";

/** The longest that a request with a key is in flight, in milliseconds: the process of one that takes longer has ended. */
const FLIGHT_MS = 60_000;

/** The claim of one request to a key; see `Claim` of the contract. */
interface Claim {
  readonly key: string;
  readonly fingerprint: string;
  readonly owner: string;
  readonly now: Date;
  readonly expiresAt: Date;
}

/** The claim was lost to another request, because its own took too long: what it has written is taken back. */
class ClaimLost extends Error {}

// A claim of the future is from before the clock was set back: its request is in flight no more.
const CLAIM = `
  insert into "idempotency_key" (key, fingerprint, owner, claimed_at, expires_at) values (?, ?, ?, ?, ?)
  on conflict (key) do update set fingerprint = excluded.fingerprint, owner = excluded.owner,
    claimed_at = excluded.claimed_at, expires_at = excluded.expires_at, answer = null
  where "idempotency_key".expires_at <= excluded.claimed_at
    or ("idempotency_key".answer is null and ("idempotency_key".claimed_at <= ? or "idempotency_key".claimed_at >= ?))
  returning id`;

const KEEP = 'update "idempotency_key" set answer = ? where key = ? and owner = ? and answer is null returning id';

/**
 * Keeps answers in the database, those of all its processes: an `IdempotencyStore` of the contract. An answer and all that its handler
 * has written are one transaction, so that a process that is killed leaves both or neither. It may leave a claim, which ends by itself.
 *
 * @param enter makes a handler write to the transaction, and to nothing else: to wait for another one would be for ever
 */
export function createIdempotencyKeys<HandlerContext, Answer>(
  db: Queryable,
  enter: (context: HandlerContext, tx: Queryable) => void,
) {
  return {
    claim: ({ key, fingerprint, owner, now, expiresAt }: Claim) =>
      write(db, async (tx) => {
        const away = (ms: number) => new Date(now.getTime() + ms);
        const claimed = await runStatement(tx, CLAIM, [
          key,
          fingerprint,
          owner,
          now,
          expiresAt,
          away(-FLIGHT_MS),
          away(FLIGHT_MS),
        ]);
        if (claimed.length > 0) return undefined;
        const found = await runStatement<{ fingerprint: string; answer: string | null }>(
          tx,
          'select fingerprint, answer from "idempotency_key" where key = ?',
          [key],
        );
        return found.map((row) => ({
          fingerprint: row.fingerprint,
          answer: row.answer === null ? undefined : (JSON.parse(row.answer) as Answer),
        }))[0];
      }),
    complete: async ({ key, owner }: Claim, context: HandlerContext, work: () => Promise<Answer>): Promise<boolean> => {
      try {
        await write(db, async (tx) => {
          enter(context, tx);
          const kept = await runStatement(tx, KEEP, [JSON.stringify(await work()), key, owner]);
          if (kept.length === 0) throw new ClaimLost();
        });
        return true;
      } catch (error) {
        if (error instanceof ClaimLost) return false;
        throw error;
      }
    },
    release: async ({ key, owner }: Claim): Promise<void> => {
      await write(db, (tx) =>
        runStatement(tx, 'delete from "idempotency_key" where key = ? and owner = ? and answer is null', [key, owner]),
      );
    },
  };
}
