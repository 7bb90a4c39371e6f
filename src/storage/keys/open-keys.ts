import type { SecretKeys } from "../../domain/secrets/secret-keys.ts";
import { loadSecretKeys } from "./key-file.ts";
import { untilSeen, watchSecretKeys } from "./watch.ts";

/** The secret keys of a server. */
export interface OpenKeys {
  /** The keys as they were at the start. */
  readonly first: SecretKeys;
  /** The keys of the moment: the key file may change while the server runs. */
  readonly current: () => SecretKeys;
  /** The key file; null when the keys come from the environment, or are in memory only. */
  readonly path: string | null;
  /** Whether other users of the machine than the owner can read the file, which is worth a warning. */
  readonly exposed: boolean;
  close(): void;
}

/**
 * Finds the keys of a database as `loadSecretKeys` does, and watches their file.
 *
 * @param onError called when the file has changed and cannot be used
 * @throws {SecretKeyUnavailable}
 */
export async function openKeys(
  place: Parameters<typeof loadSecretKeys>[0],
  onError: (error: unknown) => void,
): Promise<OpenKeys> {
  const secrets = await loadSecretKeys(place);
  await untilSeen(secrets);
  const keys = watchSecretKeys(secrets, onError);
  return { ...secrets, first: secrets.keys, current: keys.current, close: () => keys.close() };
}
