import type { EntityManager } from "@mikro-orm/core";
import {
  authenticateCredential,
  type IdleLifetimes,
  listCredentials,
} from "../../src/domain/credentials/authenticate.ts";
import { issueCredential, type NewCredential } from "../../src/domain/credentials/issue.ts";
import type { CredentialKind, Principal } from "../../src/domain/principal.ts";
import type { SecretKeys } from "../../src/domain/secrets/secret-keys.ts";
import type { SignedInUser } from "../../src/domain/users/user-repository.ts";
import { stranger } from "./sample-occasion.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** The lifetimes of credentials in the tests of the domain, in milliseconds. */
export const LIFETIMES = {
  tokenMs: 30 * DAY_MS,
  tokenIdleMs: 14 * DAY_MS,
  sessionMs: 14 * DAY_MS,
  sessionIdleMs: 3 * DAY_MS,
};

type Sample = Partial<NewCredential> & { readonly now: Date };

function issue(
  kind: CredentialKind,
  em: EntityManager,
  keys: SecretKeys,
  user: SignedInUser,
  { now, name = "", lifetimeMs = LIFETIMES[`${kind}Ms`], methods = ["password"], ...sample }: Sample,
) {
  return issueCredential(em, keys, kind, user, { name, lifetimeMs, methods, ...sample }, { ...stranger, now });
}

/** A stranger signs in for a token. */
export async function issueToken(em: EntityManager, keys: SecretKeys, user: SignedInUser, sample: Sample) {
  const { text: token, entity } = await issue("token", em, keys, user, sample);
  return { token, entity };
}

/** A stranger signs in for a session. */
export async function issueSession(em: EntityManager, keys: SecretKeys, user: SignedInUser, sample: Sample) {
  const { text: session, entity } = await issue("session", em, keys, user, sample);
  return { session, entity };
}

type Authenticate = (
  em: EntityManager,
  keys: SecretKeys,
  text: string,
  now: Date,
  lifetimes?: Partial<IdleLifetimes>,
) => Promise<Principal | null>;

/** The principal of a token, by the lifetimes of the tests where they are not given. */
export const authenticateToken: Authenticate = (...of) => authenticate("token", ...of);

/** The principal of a session, by the lifetimes of the tests where they are not given. */
export const authenticateSession: Authenticate = (...of) => authenticate("session", ...of);

async function authenticate(
  kind: CredentialKind,
  ...[em, keys, text, now, lifetimes]: Parameters<Authenticate>
): Promise<Principal | null> {
  const options = { now, lifetimes: { ...LIFETIMES, ...lifetimes } };
  return (await authenticateCredential(em, keys, kind, text, options))?.principal ?? null;
}

type Listing = Omit<Parameters<typeof listCredentials>[2], "lifetimes"> & Partial<IdleLifetimes>;

/** The tokens of a user, by the lifetimes of the tests where they are not given. */
export const listTokens = (em: EntityManager, { tokenIdleMs = LIFETIMES.tokenIdleMs, ...listing }: Listing) =>
  listCredentials(em, "token", { ...listing, lifetimes: { ...LIFETIMES, tokenIdleMs } });

/** The sessions of a user, by the lifetimes of the tests. */
export const listSessions = (em: EntityManager, listing: Listing) =>
  listCredentials(em, "session", { ...listing, lifetimes: LIFETIMES });
