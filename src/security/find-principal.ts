import { type Authentication, authenticateBy, type IdleLifetimes } from "../domain/credentials/authenticate.ts";
import type { CredentialKind, Principal } from "../domain/principal.ts";
import type { Queryable } from "../domain/query.ts";
import type { SecretKeys } from "../domain/secrets/secret-keys.ts";
import { findTogether } from "./find-together.ts";

/** Finds the principal that the text of a credential stands for; null when the text is not valid, whatever the reason. */
export type FindPrincipal = (kind: CredentialKind, text: string) => Promise<Principal | null>;

/** Looks a credential up in the database. */
export type LookUp = (kind: CredentialKind, text: string) => Promise<Authentication | null>;

export interface LookUpOptions {
  readonly db: Queryable;
  /** The keys of the moment: the key file may change while the server runs. */
  readonly keys: () => SecretKeys;
  readonly now: () => Date;
  readonly lifetimes: IdleLifetimes;
}

/** Looks principals up in the database, with one statement for those that are asked for at once. */
export function principalLookUp({ db, keys, now, lifetimes }: LookUpOptions): LookUp {
  const find = findTogether(db);
  return (kind, text) => authenticateBy(find, keys(), kind, text, { now: now(), lifetimes });
}
