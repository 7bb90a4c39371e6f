import { setTimeout as sleep } from "node:timers/promises";
import type { Queryable } from "../query.ts";
import { decrypt } from "../secrets/encrypt.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { write } from "../unit-of-work.ts";
import { DeliveryFailed, type Mailer } from "./mailer.ts";
import { type ClaimedMessage, claimDue, deleteClaimed, isAnyDue, putOff } from "./outbox-repository.ts";
import type { Channel, Message } from "./outgoing-message.ts";

const SECOND = 1000;

/** The times from one attempt to the next; the last one repeats. */
const BACK_OFF_MS = [10, 30, 120, 600, 1800].map((seconds) => seconds * SECOND);
const FURTHEST_MS = 3600 * SECOND;

/** The time that an attempt may take. A claim outlasts it, so that no other process tries what is still under way. */
const ATTEMPT_MS = 60 * SECOND;
const CLAIM_MS = 2 * ATTEMPT_MS;

/** The most messages that a process sends at once. */
const MOST_AT_ONCE = 5;

/** What became of a message that was not sent, for the log: nothing of its content. */
export interface Undelivered {
  readonly id: string;
  readonly channel: Channel;
  readonly attempts: number;
  readonly reason: string;
  /** Whether it is given up; else it is tried again. */
  readonly givenUp: boolean;
}

/** Sends what is in the outbox. */
export interface Sender {
  /** Looks for messages now, or as soon as one that is under way has ended. */
  wake(): void;
  /** Claims no more, waits for what is under way, for `patienceMs` at most, and closes the mailers. */
  close(): Promise<void>;
}

/** The resources of a {@link Sender}. */
export interface SenderOptions {
  readonly db: Queryable;
  readonly keys: () => SecretKeys;
  /** The ways to send, by channel; messages of other channels stay. */
  readonly mailers: Partial<Readonly<Record<Channel, Mailer>>>;
  readonly now: () => Date;
  readonly onUndelivered: (message: Undelivered) => void;
  /** Called with an error of the database; the next look tries again. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds from one look to the next, for messages of other processes and those that were put off. */
  readonly everyMs?: number;
  readonly patienceMs?: number;
}

/**
 * Starts to send messages. Each is sent at least once, and not exactly once: SMTP cannot promise that, since a process may end between
 * the server's "250" and the deletion of the row. Two processes on one database do not send the same message while both run; a message is
 * tried again when its claim is older than two minutes. All attempts have one Message-ID. A message is given up when its time is over,
 * a day at most, or when it is refused for good.
 */
export function startSender({
  db,
  keys,
  mailers,
  now,
  onUndelivered,
  onError,
  everyMs = 5 * SECOND,
  patienceMs = 5 * SECOND,
}: SenderOptions): Sender {
  const channels = (["mail", "text"] as const).filter((channel) => mailers[channel] !== undefined);
  const underWay = new Set<Promise<void>>();
  let [closed, looking, again] = [false, false, false];
  let looked = Promise.resolve();

  const after = (milliseconds: number) => new Date(now().getTime() + milliseconds);
  const due = () => ({ now: now(), furthest: after(FURTHEST_MS) });
  const look = async (): Promise<void> => {
    const most = MOST_AT_ONCE - underWay.size;
    if (most === 0 || !(await isAnyDue(db, channels, due())) || closed) return;
    const claimed = await write(db, (tx) => claimDue(tx, channels, { ...due(), until: after(CLAIM_MS), most }));
    for (const message of claimed) {
      const delivery = deliver(message)
        .catch(onError)
        .then(() => {
          underWay.delete(delivery);
          wake();
        });
      underWay.add(delivery);
    }
  };
  const wake = (): void => {
    again = true;
    if (looking || closed) return;
    looking = true;
    looked = (async () => {
      while (again && !closed) {
        again = false;
        await look().catch(onError);
      }
      looking = false;
    })();
  };

  const deliver = async (claimed: ClaimedMessage): Promise<void> => {
    const failure = await attempt(claimed);
    if (failure === null) return void (await write(db, (tx) => deleteClaimed(tx, claimed)));
    const { id, channel, attempts, expiresAt } = claimed;
    const next = after(BACK_OFF_MS[attempts - 1] ?? FURTHEST_MS);
    const givenUp = failure.permanent || next >= expiresAt;
    await write(db, (tx) => (givenUp ? deleteClaimed(tx, claimed) : putOff(tx, claimed, next)));
    onUndelivered({ id, channel, attempts, reason: failure.reason, givenUp });
  };
  /** Makes one attempt; null when the message was sent, or is to nobody. */
  const attempt = async ({
    id,
    channel,
    content,
    createdAt,
    expiresAt,
  }: ClaimedMessage): Promise<DeliveryFailed | null> => {
    if (expiresAt <= now()) return new DeliveryFailed("its time is over", { permanent: true });
    const text = decrypt(keys(), ["mail", "outgoing-message", id], content);
    if (text === null) return new DeliveryFailed("its key is not here", { permanent: true });
    const message: Message = JSON.parse(text);
    const mailer = mailers[channel];
    if (message.to === null || mailer === undefined) return null;
    try {
      await mailer.send({ ...message, to: message.to, id, createdAt }, AbortSignal.timeout(ATTEMPT_MS));
      return null;
    } catch (error) {
      return error instanceof DeliveryFailed ? error : new DeliveryFailed("an unexpected error", { cause: error });
    }
  };

  const timer = setInterval(wake, everyMs);
  timer.unref();
  wake();
  return {
    wake,
    close: async () => {
      closed = true;
      clearInterval(timer);
      // The look first: what it has claimed is under way.
      await Promise.race([looked.then(() => Promise.all(underWay)), sleep(patienceMs, undefined, { ref: false })]);
      for (const mailer of Object.values(mailers)) mailer.close();
    },
  };
}
