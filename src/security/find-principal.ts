import type { EntityManager } from "@mikro-orm/core";
import type { IdleLifetimes } from "../domain/credentials/authenticate.ts";
import type { Principal } from "../domain/principal.ts";
import type { SecretKeys } from "../domain/secrets/secret-keys.ts";

/** What an authenticator decides by. */
export interface Authority {
  /** An entity manager of its own for each look-up, so that nothing read here leaks into a request's unit of work. */
  readonly fork: () => EntityManager;
  /** As they are at the moment. */
  readonly keys: () => SecretKeys;
  readonly now: () => Date;
  readonly lifetimes: IdleLifetimes;
  /** Takes note that a credential was used. */
  readonly note: (principal: Principal) => void;
}
