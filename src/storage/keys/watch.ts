import { unwatchFile, watchFile } from "node:fs";
import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { SecretKeys } from "../../domain/secrets/secret-keys.ts";
import { type LoadedSecretKeys, readSecretKeys } from "./key-file.ts";

const LOOK_EVERY_MS = 1_000;

/** After this long every running server has seen what the file says, with time for a busy machine. */
const SEEN_AFTER_MS = 2 * LOOK_EVERY_MS;

/** The keys of a running server. */
export interface WatchedSecretKeys {
  /** As they are now: the first one is that of the start, and signs. */
  current(): SecretKeys;
  close(): void;
}

/**
 * Takes up every key that comes into the key file, to verify what servers that were started later sign with it. None goes and none
 * comes first before the next start: what this server signs, the others know.
 *
 * @param onError hears of a file that cannot be read any more; the keys stay
 */
export function watchSecretKeys(
  { keys, path }: Pick<LoadedSecretKeys, "keys" | "path">,
  onError: (error: unknown) => void,
): WatchedSecretKeys {
  let current = keys;
  if (path === null) return { current: () => current, close: () => {} };
  const look = async (): Promise<void> => {
    try {
      const added = (await readSecretKeys(path)).filter(({ id }) => current.every((key) => key.id !== id));
      current = [...current, ...added];
    } catch (error) {
      onError(error);
    }
  };
  watchFile(path, { interval: LOOK_EVERY_MS, persistent: false }, look);
  // Between the start's look and the first of these it may have changed.
  void look();
  return { current: () => current, close: () => unwatchFile(path, look) };
}

/** Waits until the servers that run have seen the newest of several keys, so that they can verify what it signs from now on. */
export async function untilSeen({ keys, path }: Pick<LoadedSecretKeys, "keys" | "path">): Promise<void> {
  if (path === null || keys.length === 1) return;
  const { mtimeMs } = await stat(path);
  await sleep(Math.min(SEEN_AFTER_MS, Math.max(0, mtimeMs + SEEN_AFTER_MS - Date.now())));
}
