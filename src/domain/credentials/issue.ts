import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, type RecordEvents, recorded } from "../audit-trail/audit-trail.ts";
import { InvalidCredentials } from "../passwords/errors.ts";
import { endFailures } from "../passwords/failed-sign-in-repository.ts";
import type { CredentialKind, TokenKind } from "../principal.ts";
import { formatScopes } from "../scope.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { User } from "../users/user.ts";
import { holdGeneration, type SignedInUser } from "../users/user-repository.ts";
import {
  type AuthenticationMethod,
  areTwoFactors,
  type FactorPolicy,
  formatAmr,
  missingStep,
} from "./authentication-method.ts";
import { AccessToken, type Issued, Session } from "./credential.ts";
import { deleteExpired, deleteLongestUnused } from "./credential-writes.ts";
import { SecondFactorMissing } from "./errors.ts";
import { credentialName, digestCredential, mintCredential } from "./text.ts";

/**
 * The most tokens, and the most sessions, of one user: endless sign-ins must not fill the disk, and the lists have no
 * pages.
 */
export const MOST_PER_USER = 1_000;

/** The properties that a new credential is given. */
export interface NewCredential {
  /** The name that its owner knows it or its device by; cut to 100 characters. */
  readonly name: string;
  /** Milliseconds until it expires. */
  readonly lifetimeMs: number;
  /** The scopes that a token is narrowed to; null for all scopes of its owner. */
  readonly scopes?: readonly string[] | null | undefined;
  /** Whether the cookie of a session outlives the browser. */
  readonly persistent?: boolean | undefined;
  /** The ways in which the user has authenticated. */
  readonly methods: readonly AuthenticationMethod[];
  /** Who needs a second factor here; `optional` when left out. */
  readonly factorPolicy?: FactorPolicy | undefined;
  /**
   * Begins a family of refresh tokens with a new token, in the transaction of the sign-in, and gives the text of the first. Left out
   * where there are none.
   */
  readonly beginFamily?: ((tx: EntityManager, token: AccessToken, record: RecordEvents) => Promise<string>) | undefined;
}

export type BeginFamily = NonNullable<NewCredential["beginFamily"]>;

/**
 * Issues a credential to a user who has just signed in.
 *
 * @returns the text, which is not stored and cannot be had again, and the row
 * @throws {ScopeUnknown}
 * @throws {InvalidCredentials} when the password was changed or the account closed since the password was verified
 * @throws {SecondFactorMissing} when the account asks for more than the methods by which the user has authenticated
 */
export function issueCredential(
  em: EntityManager,
  keys: SecretKeys,
  kind: CredentialKind,
  user: SignedInUser,
  issue: NewCredential,
  occasion: Occasion,
): Promise<Issued> {
  return recorded(em, occasion, (tx, record) => issueIn(tx, { keys, kind, user, issue, now: occasion.now }, record));
}

/**
 * {@link issueCredential} in the transaction of a larger change. A user who has authenticated by more than the password ends the run of
 * failures at it.
 */
export async function issueIn(
  tx: EntityManager,
  {
    keys,
    kind,
    user,
    issue,
    now,
  }: { keys: SecretKeys; kind: CredentialKind; user: SignedInUser; issue: NewCredential; now: Date },
  record: RecordEvents,
): Promise<Issued> {
  const { name, lifetimeMs, scopes = null, persistent = false, methods, factorPolicy = "optional" } = issue;
  const narrowed = formatScopes(scopes);
  const held = await holdGeneration(tx, user);
  if (held === null) throw new InvalidCredentials();
  const step = missingStep(methods, held, factorPolicy);
  if (step !== null) throw new SecondFactorMissing(step);
  if (methods.some((method) => method !== "password")) await endFailures(tx, user.id);
  await makeRoom(tx, kind, { userId: user.id, now }, record);
  const owner = { id: user.id, generation: held.generation };
  const proof = { amr: formatAmr(methods), factorAt: areTwoFactors(methods) ? now : null };
  const { text, columns } = prepareCredential(tx, keys, kind, owner, { name, now, lifetimeMs, scopes: narrowed });
  const entity =
    kind === "token"
      ? tx.create(AccessToken, { ...columns, ...proof, scopes: narrowed })
      : tx.create(Session, { ...columns, ...proof, persistent });
  const refresh = entity instanceof AccessToken ? await issue.beginFamily?.(tx, entity, record) : undefined;
  await record({ kind: "login", userId: user.id, credential: { kind, id: entity.id }, actor: `user:${user.id}` });
  return { text, entity, refresh };
}

/** The text of a new credential, and the fields that its row is stored with. `scopes` as they are stored. */
export function prepareCredential(
  em: EntityManager,
  keys: SecretKeys,
  kind: CredentialKind,
  user: Pick<User, "id" | "generation">,
  {
    now,
    lifetimeMs,
    name,
    scopes,
    tokenKind,
  }: { now: Date; lifetimeMs: number; name: string; scopes: string | null; tokenKind?: TokenKind },
) {
  const { id, secret, text } = mintCredential(kind);
  const { generation } = user;
  const expiresAt = new Date(now.getTime() + lifetimeMs);
  const columns = {
    id,
    user: em.getReference(User, user.id),
    generation,
    createdAt: now,
    expiresAt,
    name: credentialName(name),
    authenticatedAt: now,
    ...digestCredential(keys, kind, secret, { id, userId: user.id, generation, expiresAt, scopes, tokenKind }),
  };
  return { text, columns };
}

/**
 * Makes room for a new credential of a user at the limit: the credential that lay unused for longest ends.
 *
 * @param spare the family of refresh tokens that the new one is for
 */
export async function makeRoom(
  tx: EntityManager,
  kind: CredentialKind,
  { userId, now, spare }: { userId: number; now: Date; spare?: string },
  record: RecordEvents,
): Promise<void> {
  await deleteExpired(tx, kind, { userId, now });
  for (const { id, tokens } of await deleteLongestUnused(tx, kind, { userId, keep: MOST_PER_USER - 1, spare })) {
    await record({ kind: `${kind}_revoked`, userId, credential: { kind, id }, tokens, actor: `user:${userId}` });
  }
}
