import type { EntityManager } from "@mikro-orm/core";
import { countUnverifiable } from "./domain/credentials/credential-repository.ts";
import { SIGNED_PREFIX } from "./domain/passwords/flask-security-hash.ts";
import type { SecretKeys } from "./domain/secrets/secret-keys.ts";
import { countPasswordHashes } from "./domain/users/user-repository.ts";
import type { Logger } from "./http/log.ts";
import type { Settings } from "./settings.ts";

/**
 * Logs what keeps users out by the settings of a start: keys that are not here, and imported passwords without their salt.
 * These are warnings and no errors: a key may have been removed on purpose, but a wrong one must not go unnoticed.
 */
export async function warnOfLockedOut(
  em: EntityManager,
  { keys, settings, now, logger }: { keys: SecretKeys; settings: Settings; now: Date; logger: Logger },
): Promise<void> {
  const credentials = await countUnverifiable(em, keys, now);
  if (credentials > 0) logger.warn({ credentials }, "signed with a key that is not here: these work no more");
  if (settings.flaskSecuritySalt !== undefined) return;
  const users = await countPasswordHashes(em, SIGNED_PREFIX);
  if (users > 0) logger.warn({ users }, "imported passwords are wrong while FLASK_SECURITY_PASSWORD_SALT is not set");
}
