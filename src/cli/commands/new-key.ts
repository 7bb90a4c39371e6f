import { generateSecretKey } from "../../domain/secrets/secret-keys.ts";
import type { Output } from "../command.ts";

/** `kudos keys create`: see groups.ts. It loads nothing of a database. */
export function createKey(): Output {
  const key = generateSecretKey();
  return { json: { key }, text: key };
}
