import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setTimeout as sleep } from "node:timers/promises";
import type { Meter } from "@opentelemetry/api";
import { countWaiting } from "../domain/mail/outbox-repository.ts";
import type { Sources } from "./telemetry.ts";

/** The channel on which the storage tells of each unit of work, with an object that all units of one commit share. */
const UNITS = "kudos:unit-of-work";
const DAY_MS = 24 * 60 * 60 * 1000;

/** The part of a unit of work that is measured. */
interface CommittedTogether {
  readonly ended: { readonly promise: Promise<unknown> };
}

/** The longest that the database is waited for, in milliseconds. */
const LONGEST_ANSWER_MS = 1_000;

/** Measures what is this program's own: passwords that wait, principals in memory, units of work in a commit, messages that wait. */
export function measureOwn(
  meter: Meter,
  { db, passwords }: Sources,
): { onLookUp(inMemory: boolean): void; close(): void } {
  meter
    .createObservableGauge("kudos.password.waiting", {
      description: "Passwords that wait for a thread to hash them.",
      unit: "{password}",
    })
    .addCallback((result) => result.observe(passwords.load().waiting));
  meter
    .createObservableCounter("kudos.password.hashed", {
      description: "Passwords that were hashed or compared with a hash.",
      unit: "{password}",
    })
    .addCallback((result) => result.observe(passwords.load().hashed));
  meter
    .createObservableGauge("kudos.outbox.waiting", { description: "Messages that wait to be sent.", unit: "{message}" })
    .addCallback(async (result) => {
      // Other figures do not wait for a database that is silent.
      const count = await Promise.race([
        countWaiting(db, new Date(Date.now() + DAY_MS)).catch(() => null),
        sleep(LONGEST_ANSWER_MS, null, { ref: false }),
      ]);
      if (count !== null) result.observe(count);
    });
  const lookUps = meter.createCounter("kudos.principal.lookups", {
    description: "Credentials that were looked up, in memory (hit) or in the database (miss).",
    unit: "{lookup}",
  });
  const hit = { "kudos.cache.result": "hit" };
  const miss = { "kudos.cache.result": "miss" };
  return {
    onLookUp: (inMemory) => lookUps.add(1, inMemory ? hit : miss),
    close: measureGroups(meter),
  };
}

/** Measures how many units of work are committed together, which SQLite alone does; returns what ends that. */
function measureGroups(meter: Meter): () => void {
  const sizes = meter.createHistogram("kudos.write.group.size", {
    description: "Units of work that were committed together.",
    unit: "{unit}",
    advice: { explicitBucketBoundaries: [1, 2, 4, 8, 16, 32, 64, 128] },
  });
  const open = new Map<unknown, number>();
  const note = (message: unknown): void => {
    const size = open.get(message) ?? 0;
    open.set(message, size + 1);
    if (size > 0) return;
    const end = (): void => {
      sizes.record(open.get(message) ?? 1);
      open.delete(message);
    };
    // A group that failed has had its size, too.
    (message as CommittedTogether).ended.promise.then(end, end);
  };
  subscribe(UNITS, note);
  return () => void unsubscribe(UNITS, note);
}
