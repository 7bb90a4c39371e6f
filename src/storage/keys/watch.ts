import { unwatchFile, watchFile } from "node:fs";
import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { SecretKeys } from "../../domain/secrets/secret-keys.ts";
import { type LoadedSecretKeys, readSecretKeys } from "./key-file.ts";

/** The time between two looks at the key file, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** The age of a change that every running server has seen, in milliseconds, with time for a busy machine. */
const SEEN_AFTER_MS = 2 * LOOK_EVERY_MS;

/** The keys of a running server. */
export interface WatchedSecretKeys {
  /** The keys at this moment. The first one, which signs, is always that of the start. */
  current(): SecretKeys;
  close(): void;
}

/**
 * Takes up every key that is added to the key file, to verify the credentials of servers that were started later and sign with it. Until
 * the next start no key is dropped and the signing key stays the same, so that the other servers can verify what this one signs.
 *
 * @param onError called when the file cannot be read any more; the keys stay as they are
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
  // The file may have changed since the start read it, which the first look of the watch would not notice.
  void look();
  return { current: () => current, close: () => unwatchFile(path, look) };
}

/** Waits until the running servers have seen the newest of several keys, so that they can verify what this server signs with it. */
export async function untilSeen({ keys, path }: Pick<LoadedSecretKeys, "keys" | "path">): Promise<void> {
  if (path === null || keys.length === 1) return;
  const { mtimeMs } = await stat(path);
  await sleep(Math.min(SEEN_AFTER_MS, Math.max(0, mtimeMs + SEEN_AFTER_MS - Date.now())));
}
