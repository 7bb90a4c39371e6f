import type { EntityManager } from "@mikro-orm/core";
import { authenticateCredential, type IdleLifetimes } from "../domain/credentials/authenticate.ts";
import type { CredentialKind, Principal } from "../domain/principal.ts";
import type { SecretKeys } from "../domain/secrets/secret-keys.ts";

/** Finds the principal that the text of a credential stands for; null when the text is not valid, whatever the reason. */
export type FindPrincipal = (kind: CredentialKind, text: string) => Promise<Principal | null>;

export interface FindPrincipalOptions {
  /** A new entity manager. Each look-up has its own, so that nothing read here leaks into a request's unit of work. */
  readonly fork: () => EntityManager;
  /** The keys of the moment: the key file may change while the server runs. */
  readonly keys: () => SecretKeys;
  readonly now: () => Date;
  readonly lifetimes: IdleLifetimes;
}

/** Looks principals up in the database, with one statement each. */
export function principalFinder({ fork, keys, now, lifetimes }: FindPrincipalOptions): FindPrincipal {
  return (kind, text) => authenticateCredential(fork(), keys(), kind, text, { now: now(), lifetimes });
}
