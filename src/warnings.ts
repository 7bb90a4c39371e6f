import type { EntityManager } from "@mikro-orm/core";
import { countUnverifiable } from "./domain/credentials/credential-list.ts";
import { SIGNED_PREFIX } from "./domain/passwords/flask-security-hash.ts";
import type { SecretKeys } from "./domain/secrets/secret-keys.ts";
import { countPasswordHashes } from "./domain/users/user-repository.ts";
import type { Logger } from "./http/log.ts";
import type { Settings } from "./settings.ts";
import { type Database, LOG_MISSING } from "./storage/database.ts";

/** The facts of a start that {@link warnOfLoss} looks at. */
export interface StartFacts {
  readonly database: Pick<Database, "log" | "name">;
  readonly keys: SecretKeys;
  readonly settings: Pick<Settings, "flaskSecuritySalt">;
  readonly now: Date;
  readonly logger: Logger;
}

/**
 * Logs what has been lost before a start: a log of the database that is gone, keys that are not here, and imported passwords without
 * their salt. These are warnings and no errors: a key may have been removed on purpose, but a wrong one must not go unnoticed.
 */
export async function warnOfLoss(
  em: EntityManager,
  { database, keys, settings, now, logger }: StartFacts,
): Promise<void> {
  if (database.log === "missing") logger.warn({ database: database.name }, LOG_MISSING);
  const credentials = await countUnverifiable(em, keys, now);
  if (credentials > 0) logger.warn({ credentials }, "signed with a key that is not here: these work no more");
  if (settings.flaskSecuritySalt !== undefined) return;
  const users = await countPasswordHashes(em, SIGNED_PREFIX);
  if (users > 0) logger.warn({ users }, "imported passwords are wrong while FLASK_SECURITY_PASSWORD_SALT is not set");
}
