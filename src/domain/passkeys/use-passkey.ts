import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import type { EventKind } from "../audit-trail/event.ts";
import type { AuthenticationMethod } from "../credentials/authentication-method.ts";
import { storeAuthentication } from "../credentials/credential-writes.ts";
import { User } from "../users/user.ts";
import { type Begun, beginChallenge, type ChallengeFacts, type Spent, spendChallenge } from "./challenge.ts";
import { PasskeyRefused, PasskeyUnknown } from "./errors.ts";
import { type RelyingParty, requestOptions } from "./options.ts";
import type { ChallengePurpose } from "./passkey.ts";
import { findByCredentialId, findPasskeys, type StoredPasskey } from "./passkey-repository.ts";
import { storeUse } from "./passkey-writes.ts";
import { type Askers, boundTo } from "./register-passkey.ts";
import { type PasskeyUse, verifyAssertion } from "./verifier.ts";

/** A user who has proved who they are with a passkey. */
export interface PasskeyProof {
  readonly user: User;
  readonly method: Extract<AuthenticationMethod, "passkey" | "verified-passkey">;
  readonly spent: Spent;
}

/**
 * Begins to ask for a passkey. A stranger is asked for any, in the same words whoever it is: nothing tells who has a passkey. A user who
 * is known is asked for one of their own; after another factor the authenticator need not verify who uses it.
 *
 * @returns the state to answer with, and what the browser is to be asked for
 */
export async function beginUse(
  em: EntityManager,
  rp: RelyingParty,
  facts: ChallengeFacts,
  now: Date,
): Promise<Begun & { readonly options: ReturnType<typeof requestOptions> }> {
  const { userId, purpose } = facts;
  const allowed = userId === null ? [] : await findPasskeys(em, userId);
  const begun = await beginChallenge(em, facts, now);
  const verification = purpose === "second-factor" ? "discouraged" : "preferred";
  return { ...begun, options: requestOptions(rp, begun, { allowed, verification }) };
}

/** An answer of an authenticator, and what it may be an answer to. */
export interface PasskeyAnswer {
  readonly state: string;
  /** The client's JSON, of any shape. */
  readonly credential: unknown;
  readonly purposes: readonly ChallengePurpose[];
  readonly boundTo: readonly (string | null)[];
}

/**
 * Takes the answer of an authenticator, once. It counts for the owner of the passkey alone: where the user is known, another user's
 * passkey is refused.
 *
 * @throws {PasskeyAttemptEnded}
 * @throws {PasskeyUnknown} to a stranger, when no such passkey is registered
 * @throws {PasskeyRefused}
 */
export async function usePasskey(
  em: EntityManager,
  rp: RelyingParty,
  { state, credential, ...began }: PasskeyAnswer,
  occasion: Occasion,
): Promise<PasskeyProof> {
  const spent = await spendChallenge(em, state, { ...began, now: occasion.now });
  const passkey = await findByCredentialId(em, credentialIdOf(credential));
  try {
    if (passkey === undefined) throw spent.userId === null ? new PasskeyUnknown() : new PasskeyRefused();
    requireFitting(passkey, spent, credential);
    const use = await verifyAssertion(rp, credential, { ...spent, passkey });
    await storeCurrentUse(em, passkey, use, occasion.now);
    const user = await em.fork().findOne(User, { id: passkey.userId });
    if (user === null || !user.active) throw new PasskeyRefused();
    return { user, method: use.verified ? "verified-passkey" : "passkey", spent };
  } catch (error) {
    const userId = spent.userId ?? passkey?.userId ?? null;
    await recorded(em, occasion, (_, record) => record({ kind: FAILED[spent.purpose], userId }));
    throw error;
  }
}

/**
 * Takes a passkey as the fresh proof of a signed-in user: the credentials of the request count as freshly authenticated from now on. One
 * that has not verified its user is one factor, as the password alone is: what asks for every factor of an account that has a second one
 * needs a new sign-in then.
 *
 * @throws {PasskeyAttemptEnded}
 * @throws {PasskeyRefused} also for a passkey of another user
 */
export async function verifyByPasskey(
  em: EntityManager,
  rp: RelyingParty,
  askers: Askers,
  answer: Pick<PasskeyAnswer, "state" | "credential">,
  occasion: Occasion,
): Promise<void> {
  const carried = askers.map(({ credential }) => boundTo(credential));
  const { method } = await usePasskey(em, rp, { ...answer, purposes: ["verify"], boundTo: carried }, occasion);
  await recorded(em, occasion, async (tx, record) => {
    for (const asker of askers) await storeAuthentication(tx, asker, { at: occasion.now, methods: [method] });
    await record({ kind: "verified", userId: askers[0].userId, credential: askers[0].credential });
  });
}

const FAILED: Readonly<Record<ChallengePurpose, EventKind>> = {
  "sign-in": "login_failed",
  "second-factor": "factor_failed",
  verify: "verify_failed",
  register: "verify_failed",
};

/** Holds a passkey to the user who was asked for one, and to what it is for. Throws {@link PasskeyRefused}. */
function requireFitting(passkey: StoredPasskey, { purpose, userId }: Spent, credential: unknown): void {
  const { userHandle } = (credential as { response?: { userHandle?: unknown } }).response ?? {};
  const named = userHandle !== undefined && userHandle !== null;
  // Who is found without a name is named by the authenticator (W3C Web Authentication §7.2, step 6).
  const isOwner = named ? userHandle === passkey.handle : userId !== null;
  const isUser = userId === null || userId === passkey.userId;
  const fits = purpose !== "sign-in" || passkey.usage !== "secondary";
  if (!isOwner || !isUser || !fits) throw new PasskeyRefused();
}

async function storeCurrentUse(em: EntityManager, passkey: StoredPasskey, use: PasskeyUse, at: Date): Promise<void> {
  if (!(await storeUse(em, passkey, { ...use, at }))) throw new PasskeyRefused();
}

function credentialIdOf(credential: unknown): string {
  const id = (credential as { id?: unknown } | null)?.id;
  return typeof id === "string" ? id : "";
}
