import { timingSafeEqual } from "node:crypto";
import {
  type FlaskSecurityHash,
  flaskSecurityInput,
  parseFlaskSecurityHash,
} from "../domain/passwords/flask-security-hash.ts";
import { parsePasswordHash } from "../domain/passwords/scrypt-hash.ts";
import type { EnginePool } from "./engine-pool.ts";

/**
 * Whether a password is the one of a stored hash of any scheme. A text that no password can have (null) takes the same
 * time and is wrong; an unreadable hash is wrong at once.
 *
 * @param text the password as `normalisePassword` gives it
 * @param salt Flask-Security's `SECURITY_PASSWORD_SALT`; without it no password that was signed with it is right
 */
export async function matchesHash(
  pool: EnginePool,
  text: string | null,
  phc: string,
  salt: string | undefined,
): Promise<boolean> {
  const imported = parseFlaskSecurityHash(phc);
  if (imported !== null) return matchesImported(pool, text, imported, salt);
  const stored = parsePasswordHash(phc);
  if (stored === null) return false;
  const job = { ...stored, password: Buffer.from(text ?? ""), length: stored.hash.length };
  return timingSafeEqual(await pool.derive(job), stored.hash) && text !== null;
}

async function matchesImported(
  pool: EnginePool,
  text: string | null,
  stored: FlaskSecurityHash,
  salt: string | undefined,
): Promise<boolean> {
  const input = text === null ? null : flaskSecurityInput(text, stored, salt);
  // The code of bcrypt and of argon2 throws on an empty input. Another input takes its place, for the time that a
  // verification takes.
  const possible = input !== null && input.length > 0;
  const right = await pool.verifyForeign({ ...stored, input: possible ? input : Buffer.from("-") });
  return right && possible;
}
