import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import type { AuthenticationMethod, FactorStep } from "../credentials/authentication-method.ts";
import { digestCredential, mintCredential, parseCredential, verifyCredential } from "../credentials/text.ts";
import { InvalidCredentials } from "../passwords/errors.ts";
import { type Queryable, timestamp } from "../query.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { User } from "../users/user.ts";
import { holdGeneration, type SignedInUser } from "../users/user-repository.ts";
import { SignInEnded } from "./errors.ts";
import { PendingSignIn } from "./second-factor.ts";
import { countTry, findWaiting, makeRoom } from "./waiting-repository.ts";

/** The time for which a sign-in waits for its second factor, in milliseconds. */
export const WAITING_MS = 10 * 60 * 1000;

/** What a sign-in is to end with. */
export interface WantedSignIn {
  readonly kind: "token" | "session";
  readonly name: string;
  /** The scopes that a token is narrowed to; null for all. */
  readonly scopes: readonly string[] | null;
  /** Whether the cookie of the session outlives the browser. */
  readonly persistent: boolean;
  /** The local path that a browser goes to afterwards. */
  readonly next: string;
}

/** A sign-in that waits for its second factor. */
export interface WaitingSignIn {
  readonly id: string;
  readonly user: { readonly id: number; readonly email: string; readonly generation: number };
  /** The ways in which the user has authenticated so far. */
  readonly methods: readonly AuthenticationMethod[];
  readonly wanted: WantedSignIn;
  readonly step: FactorStep;
  readonly expiresAt: Date;
}

/** The part of a waiting sign-in that it begins with. */
export type BegunSignIn = Pick<WaitingSignIn, "methods" | "wanted" | "step">;

/**
 * Lets a sign-in wait for its second factor.
 *
 * @param send sends a code, which is bound to the sign-in of this id
 * @returns the text of the credential that finishes it, which is not stored
 * @throws {InvalidCredentials} when the password was changed or the account closed since the user authenticated
 */
export function beginWaiting(
  em: EntityManager,
  keys: SecretKeys,
  user: SignedInUser,
  begun: BegunSignIn,
  occasion: Occasion,
  send?: (tx: EntityManager, id: string) => Promise<void>,
): Promise<{ text: string; waiting: Pick<WaitingSignIn, "id" | "expiresAt"> }> {
  const { now } = occasion;
  return recorded(em, occasion, async (tx) => {
    const held = await holdGeneration(tx, user);
    if (held === null) throw new InvalidCredentials();
    await makeRoom(tx, user.id, now);
    const { id, secret, text } = mintCredential("sign-in");
    const { generation } = held;
    const expiresAt = new Date(now.getTime() + WAITING_MS);
    const stored = { methods: begun.methods.join(" "), wanted: JSON.stringify(begun.wanted), step: begun.step };
    const fields = { id, userId: user.id, generation, expiresAt, scopes: covered(stored) };
    tx.create(PendingSignIn, {
      id,
      user: tx.getReference(User, user.id),
      generation,
      createdAt: now,
      expiresAt,
      ...stored,
      ...digestCredential(keys, "sign-in", secret, fields),
    });
    await send?.(tx, id);
    return { text, waiting: { id, expiresAt } };
  });
}

/**
 * The waiting sign-in that a text stands for; null unless its shape and digest are right, its time is not over, tries are left, and its
 * user is active and of the same generation. The reason is not told.
 */
export async function readWaiting(
  db: Queryable,
  keys: SecretKeys,
  text: string | undefined,
  now: Date,
): Promise<WaitingSignIn | null> {
  const parsed = parseCredential("sign-in", text ?? "");
  const row = parsed === null ? undefined : await findWaiting(db, parsed.id);
  if (parsed === null || row === undefined) return null;
  const { id, secret } = parsed;
  const { user_id: userId, generation, digest, key_id: keyId, email } = row;
  const expiresAt = timestamp(row.expires_at);
  const fields = { id, userId, generation, expiresAt, scopes: covered(row) };
  if (!verifyCredential(keys, "sign-in", secret, fields, { digest, keyId }) || expiresAt <= now) return null;
  return {
    id,
    user: { id: userId, email, generation },
    methods: row.methods.split(" ") as AuthenticationMethod[],
    wanted: JSON.parse(row.wanted) as WantedSignIn,
    step: row.step as FactorStep,
    expiresAt,
  };
}

/**
 * Counts a try to finish a waiting sign-in; to be called before anything is compared, and outside of the transaction that finishes.
 *
 * @throws {SignInEnded} when no try is left
 */
export async function spendTry(
  em: EntityManager,
  { id }: Pick<WaitingSignIn, "id">,
  occasion: Occasion,
): Promise<void> {
  if (!(await recorded(em, occasion, (tx) => countTry(tx, id)))) throw new SignInEnded();
}

/** The fields that the digest covers besides those of every credential. */
function covered({ methods, wanted, step }: { methods: string; wanted: string; step: string }): string {
  return JSON.stringify([methods, wanted, step]);
}
