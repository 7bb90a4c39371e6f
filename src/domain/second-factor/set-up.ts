import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { digestCredential, mintCredential, parseCredential, verifyCredential } from "../credentials/text.ts";
import { type FoundSecret, proveMailedSecret } from "../mail/prove-mailed-secret.ts";
import { timestamp } from "../query.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { UserNotFound } from "../users/errors.ts";
import { closeSecret, openSecret } from "../users/factor-secrets.ts";
import { User } from "../users/user.ts";
import { recordingRefusals } from "./codes.ts";
import { CodeRefused, SetUpEnded } from "./errors.ts";
import { countSetUpTry, deleteSetUp, findSetUp, type SetUpRow } from "./factor-repository.ts";
import { type FactorMethod, FactorSetup } from "./second-factor.ts";
import { generateSecret, matchStep, otpauthUri } from "./totp.ts";

/** The time for which a set-up waits for its first code, in milliseconds. */
export const SET_UP_MS = 30 * 60 * 1000;

/** Who sets a factor up: signed in, or by a sign-in that must not end without one. */
export interface SettingUp {
  readonly userId: number;
  readonly email: string;
  readonly credential: { readonly kind: "token" | "session" | "sign-in"; readonly id: string };
}

/** A factor that is being set up. */
export interface BegunSetUp {
  readonly method: FactorMethod;
  /** The credential that finishes it, together with that which began it. */
  readonly state: string;
  /** The secret of an authenticator in base 32, which is shown now and never again, and its link; null where a code was sent. */
  readonly authenticator: { readonly secret: string; readonly uri: string } | null;
  readonly expiresAt: Date;
}

/** What is to be set up. */
export interface WantedFactor {
  readonly method: FactorMethod;
  /** The telephone number, encrypted; for `sms`. */
  readonly phone?: string;
  /** Sends the first code, which is bound to the set-up of this id; left out for an authenticator. */
  readonly send?: (tx: EntityManager, id: string) => Promise<void>;
}

/** Begins to set up a factor; another set-up that the user has begun ends. */
export function beginSetUp(
  em: EntityManager,
  keys: SecretKeys,
  { userId, email, credential }: SettingUp,
  { method, phone, send }: WantedFactor,
  occasion: Occasion,
): Promise<BegunSetUp> {
  const { now } = occasion;
  return recorded(em, occasion, async (tx) => {
    await deleteSetUp(tx, { userId });
    const user = await tx.findOne(User, { id: userId, active: true });
    if (user === null) throw new UserNotFound();
    const { id, secret: text, text: state } = mintCredential("set-up");
    const { generation } = user;
    const expiresAt = new Date(now.getTime() + SET_UP_MS);
    const bound = named(credential);
    const secret = method === "authenticator" ? generateSecret() : null;
    const fields = { id, userId, generation, expiresAt, scopes: bound };
    tx.create(FactorSetup, {
      id,
      user,
      generation,
      method,
      secret: secret === null ? null : closeSecret(keys, userId, secret),
      phone: phone ?? null,
      credential: bound,
      expiresAt,
      ...digestCredential(keys, "set-up", text, fields),
    });
    await send?.(tx, id);
    const authenticator = secret === null ? null : { secret, uri: otpauthUri(secret, email) };
    return { method, state, authenticator, expiresAt };
  });
}

/** The code of a set-up, and the text of the state; without it the credential alone tells which set-up is meant. */
export interface GivenSetUp {
  readonly state?: string | undefined;
  readonly code: string;
}

type Asker = Pick<SettingUp, "userId" | "credential">;

/** A set-up whose code is right: the time step of an authenticator's, or what was sent, to be spent. */
export interface ProvedSetUp {
  readonly row: SetUpRow;
  readonly step: number;
  readonly sent: FoundSecret | null;
}

/** The set-up of one of the askers whose code this is. Counts the try. */
export async function proveSetUp(
  em: EntityManager,
  keys: SecretKeys,
  askers: readonly [Asker, ...Asker[]],
  { state, code }: GivenSetUp,
  occasion: Occasion,
): Promise<ProvedSetUp> {
  const { now } = occasion;
  const [{ userId }] = askers;
  const row = await findOwn(em, askers);
  if (row === undefined || timestamp(row.expires_at) <= now || !isState(keys, row, state)) throw new SetUpEnded();
  if (!(await recorded(em, occasion, (tx) => countSetUpTry(tx, row.id)))) throw new SetUpEnded();
  return recordingRefusals(em, userId, occasion, async () => {
    if (row.method !== "authenticator") {
      const presented = { purpose: "set-up", code, browser: row.id } as const;
      const sent = await proveMailedSecret(em, keys, presented, now);
      if (sent?.userId !== userId) throw new CodeRefused();
      return { row, step: 0, sent };
    }
    const secret = row.secret === null ? null : openSecret(keys, userId, row.secret);
    const step = secret === null ? null : matchStep(secret, code, { now, after: 0 });
    if (step === null) throw new CodeRefused();
    return { row, step, sent: null };
  });
}

async function findOwn(em: EntityManager, askers: readonly Asker[]): Promise<SetUpRow | undefined> {
  for (const { userId, credential } of askers) {
    const row = await findSetUp(em, { userId, credential: named(credential) });
    if (row !== undefined) return row;
  }
  return undefined;
}

function isState(keys: SecretKeys, row: SetUpRow, state: string | undefined): boolean {
  if (state === undefined) return true;
  const parsed = parseCredential("set-up", state);
  if (parsed?.id !== row.id) return false;
  const { id, user_id: userId, generation, credential: scopes, digest, key_id: keyId } = row;
  const fields = { id, userId, generation, expiresAt: timestamp(row.expires_at), scopes };
  return verifyCredential(keys, "set-up", parsed.secret, fields, { digest, keyId });
}

function named({ kind, id }: SettingUp["credential"]): string {
  return `${kind}:${id}`;
}
