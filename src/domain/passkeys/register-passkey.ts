import { randomBytes } from "node:crypto";
import { type EntityManager, UniqueConstraintViolationException } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { findCredential } from "../credentials/credential-repository.ts";
import { storeAuthentication } from "../credentials/credential-writes.ts";
import { CredentialEnded } from "../credentials/errors.ts";
import { beginGeneration } from "../credentials/generation.ts";
import type { Principal } from "../principal.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { User } from "../users/user.ts";
import { factorNeeds } from "../users/user-repository.ts";
import { type Begun, beginChallenge, type Spent, spendChallenge } from "./challenge.ts";
import { PasskeyNameTaken, PasskeyRefused, TooManyPasskeys } from "./errors.ts";
import { creationOptions, type RelyingParty } from "./options.ts";
import { isFactor, Passkey, type PasskeyUsage } from "./passkey.ts";
import { findPasskeys, type PasskeyView } from "./passkey-repository.ts";
import { giveHandle } from "./passkey-writes.ts";
import { saidDiscoverable, saidTransports, usageOf } from "./said.ts";
import { verifyCreation } from "./verifier.ts";

/** The most passkeys of one user. */
export const MOST_PASSKEYS = 50;

const ID_BYTES = 16;

/** The principals of one request: all of one user, at least one. */
export type Askers = readonly [
  Pick<Principal, "userId" | "credential" | "email">,
  ...Pick<Principal, "userId" | "credential" | "email">[],
];

/** A passkey that is about to be made: its name, what it is for, and whether the browser makes it without a question. */
export interface WantedPasskey {
  readonly name: string;
  readonly usage: PasskeyUsage;
  readonly automatic?: boolean | undefined;
}

/**
 * Begins to register a passkey.
 *
 * @returns the state to answer with, and what the browser is to be asked for
 * @throws {PasskeyNameTaken}
 * @throws {TooManyPasskeys}
 */
export async function beginRegistration(
  em: EntityManager,
  rp: RelyingParty,
  [{ userId, email, credential }]: Askers,
  { name, usage, automatic = false }: WantedPasskey,
  now: Date,
): Promise<Begun & { readonly options: ReturnType<typeof creationOptions> }> {
  const existing = await findPasskeys(em, userId);
  requireRoom(existing, name);
  const handle = await giveHandle(em, userId);
  const facts = {
    purpose: "register",
    userId,
    boundTo: boundTo(credential),
    name: name.trim(),
    usage,
    automatic,
  } as const;
  const begun = await beginChallenge(em, facts, now);
  return { ...begun, options: creationOptions(rp, begun, { usage, holder: { handle, email }, existing }) };
}

/**
 * Registers the passkey that an authenticator has made, for the user and by the credential that began it. The first second factor of the
 * user ends every token and session but those of the request.
 *
 * @param credential the client's JSON, of any shape
 * @throws {PasskeyAttemptEnded}
 * @throws {PasskeyRefused} also when the passkey is registered already, by whomever
 * @throws {PasskeyNameTaken}
 * @throws {TooManyPasskeys}
 * @throws {CredentialEnded} when the credential was revoked since the request came
 */
export async function finishRegistration(
  em: EntityManager,
  keys: SecretKeys,
  rp: RelyingParty,
  askers: Askers,
  { state, credential }: { state: string; credential: unknown },
  occasion: Occasion,
): Promise<PasskeyView> {
  const { now } = occasion;
  const carried = askers.map((asker) => boundTo(asker.credential));
  const spent = await spendChallenge(em, state, { purposes: ["register"], boundTo: carried, now });
  const { passkey: made, verified } = await verifyCreation(rp, credential, spent);
  const discoverable = saidDiscoverable(credential);
  const usage = usageOf(spent.usage, { discoverable, verified });
  if (usage === "first" && discoverable === false) throw new PasskeyRefused();
  const id = randomBytes(ID_BYTES).toString("base64url");
  const userId = askers[0].userId;
  try {
    return await recorded(em, occasion, async (tx, record) => {
      await requireInForce(tx, askers, spent);
      const isFirstFactor = isFactor(usage) && !(await factorNeeds(tx, userId)).hasFactor;
      requireRoom(await findPasskeys(tx, userId), spent.name ?? "");
      const user = tx.getReference(User, userId);
      const columns = { name: spent.name ?? "", usage, transports: saidTransports(credential).join(" ") };
      tx.create(Passkey, { id, user, ...made, ...columns, discoverable, createdAt: now });
      await tx.flush();
      if (isFirstFactor) {
        const credentials = askers.map((asker) => asker.credential);
        await beginGeneration(tx, { id: userId }, {}, { keys, credentials });
        // It was made with a fresh proof of the account's only factor so far, and is the other one.
        for (const asker of askers) await storeAuthentication(tx, asker, { at: now, methods: ["password", "passkey"] });
      }
      await record({ kind: "passkey_added", userId, credential: askers[0].credential, detail: `passkey:${id}` });
      return (await findPasskeys(tx, userId)).find((passkey) => passkey.id === id) as PasskeyView;
    });
  } catch (error) {
    // Of two registrations at once with one name the other one has it; else the credential id is somebody's already.
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    requireRoom(await findPasskeys(em, userId), spent.name ?? "");
    throw new PasskeyRefused();
  }
}

/** What a challenge is bound to: the credential of the request that began it. */
export function boundTo({ kind, id }: Principal["credential"]): string {
  return `${kind}:${id}`;
}

function requireRoom(existing: readonly PasskeyView[], name: string): void {
  if (existing.some((passkey) => passkey.name === name.trim())) throw new PasskeyNameTaken();
  if (existing.length >= MOST_PASSKEYS) throw new TooManyPasskeys();
}

/**
 * The credential that began the registration must still be there. A write comes first, which locks the database: a revocation is
 * committed before, and then the credential is gone, or after, and then its owner sees the passkey.
 */
async function requireInForce(tx: EntityManager, askers: Askers, { boundTo: began }: Spent): Promise<void> {
  await giveHandle(tx, askers[0].userId);
  const asker = askers.find(({ credential }) => boundTo(credential) === began);
  if (asker === undefined) throw new CredentialEnded();
  const row = await findCredential(tx, asker.credential.kind, asker.credential.id);
  if (row === undefined || !row.active) throw new CredentialEnded();
}
