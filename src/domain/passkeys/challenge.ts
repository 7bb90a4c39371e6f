import { createHash, randomBytes } from "node:crypto";
import type { EntityManager } from "@mikro-orm/core";
import { ALL, runStatement, timestamp } from "../query.ts";
import { write } from "../unit-of-work.ts";
import { PasskeyAttemptEnded } from "./errors.ts";
import type { ChallengePurpose, PasskeyUsage } from "./passkey.ts";

/** The facts of a challenge that its answer is held to. */
export interface ChallengeFacts {
  readonly purpose: ChallengePurpose;
  readonly userId: number | null;
  readonly boundTo: string | null;
  readonly name?: string | null;
  readonly usage?: PasskeyUsage | null;
  readonly automatic?: boolean;
  readonly remember?: boolean;
}

/** How long an authenticator may take: a sign-in form that offers passkeys asks for its challenge when it is opened. */
export const CHALLENGE_MS = 10 * 60 * 1000;

/** The most challenges of one user and purpose that wait at a time: several tabs, and no heap. */
const MOST_WAITING = 20;
const ID_BYTES = 16;
const CHALLENGE_BYTES = 32;

/** A challenge that was begun: `state` is sent back with the answer, `challenge` is what the authenticator signs. */
export interface Begun {
  readonly state: string;
  readonly challenge: Uint8Array<ArrayBuffer>;
  readonly expiresAt: Date;
}

/** Begins a challenge of random bytes, of which the database keeps a digest. */
export async function beginChallenge(em: EntityManager, facts: ChallengeFacts, now: Date): Promise<Begun> {
  const { purpose, userId, boundTo, name = null, usage = null, automatic = false, remember = false } = facts;
  const state = randomBytes(ID_BYTES).toString("base64url");
  const challenge = new Uint8Array(randomBytes(CHALLENGE_BYTES));
  const expiresAt = new Date(now.getTime() + CHALLENGE_MS);
  await write(em, async (tx) => {
    await runStatement(
      tx,
      'delete from "passkey_challenge" where id in (select id from "passkey_challenge" where user_id = ? and purpose = ? ' +
        `order by expires_at desc limit ${ALL} offset ?)`,
      [userId, purpose, MOST_WAITING - 1],
    );
    await runStatement(
      tx,
      'insert into "passkey_challenge" (id, purpose, user_id, bound_to, digest, name, "usage", automatic, remember, expires_at) ' +
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      [
        ...[state, purpose, userId, boundTo, digestOf(Buffer.from(challenge).toString("base64url"))],
        ...[name, usage, automatic, remember, expiresAt],
      ],
    );
  });
  return { state, challenge, expiresAt };
}

/** A challenge that was spent. */
export interface Spent extends Required<ChallengeFacts> {
  /** Whether a text, in base64url as a client's data has it, is the challenge. */
  readonly isChallenge: (text: string) => boolean;
}

interface Row {
  readonly purpose: ChallengePurpose;
  readonly user_id: number | null;
  readonly bound_to: string | null;
  readonly digest: string;
  readonly name: string | null;
  readonly usage: PasskeyUsage | null;
  readonly automatic: number | boolean;
  readonly remember: number | boolean;
  readonly expires_at: number | string | Date;
}

/**
 * Spends a challenge: of all answers to it one is looked at, right or wrong, because its row is gone before.
 *
 * @param allowed the purposes that the answer may be for, and what it may have been begun by (null: by a stranger)
 * @throws {PasskeyAttemptEnded} also for a challenge of another purpose, or of somebody else, which is spent by that
 */
export async function spendChallenge(
  em: EntityManager,
  state: string,
  { purposes, boundTo, now }: { purposes: readonly ChallengePurpose[]; boundTo: readonly (string | null)[]; now: Date },
): Promise<Spent> {
  const [row] = await write(em, (tx) =>
    runStatement<Row>(
      tx,
      'delete from "passkey_challenge" where id = ? returning purpose, user_id, bound_to, digest, name, "usage", automatic, ' +
        "remember, expires_at",
      [state],
    ),
  );
  const holds =
    row !== undefined &&
    timestamp(row.expires_at) > now &&
    purposes.includes(row.purpose) &&
    boundTo.includes(row.bound_to);
  if (!holds) throw new PasskeyAttemptEnded();
  return {
    purpose: row.purpose,
    userId: row.user_id,
    boundTo: row.bound_to,
    name: row.name,
    usage: row.usage,
    automatic: Boolean(row.automatic),
    remember: Boolean(row.remember),
    isChallenge: (text) => digestOf(text) === row.digest,
  };
}

/** The SHA-256 of a challenge's base64url: 256 random bits need no key. */
function digestOf(challenge: string): string {
  return createHash("sha256").update(challenge).digest("base64url");
}
