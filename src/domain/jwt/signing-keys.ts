import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import type { Queryable } from "../query.ts";
import { type BoundTo, decrypt, encrypt, isNewest } from "../secrets/encrypt.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { write } from "../unit-of-work.ts";
import { isNextDue, isWaiting, signingNow, timesOfNext } from "./key-schedule.ts";
import {
  findSigningKeys,
  highestNumber,
  insertSigningKey,
  replacePrivateKey,
  retireBelow,
  type StoredSigningKey,
} from "./signing-key-repository.ts";

/** The signature algorithm of all JWTs: ECDSA on P-256 with SHA-256 (RFC 7518 §3.4). */
export const ALGORITHM = "ES256";

/** A public key as it is published (RFC 7517). */
export interface PublishedKey {
  readonly kty: "EC";
  readonly crv: "P-256";
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly use: "sig";
  readonly alg: typeof ALGORITHM;
}

/** What the keys of JWTs are kept in and encrypted by. */
export interface KeyStore {
  readonly db: Queryable;
  readonly keys: SecretKeys;
  readonly now: Date;
}

/**
 * All keys that are published at the moment, oldest first. Makes the first one when there is none, and the next one when it is due: no
 * timer is needed, since a key that nobody asks for need not be followed.
 */
export async function currentSigningKeys(store: KeyStore): Promise<StoredSigningKey[]> {
  const isDue = (found: readonly StoredSigningKey[]) => isNextDue(found, store.now) || !canSign(store, found);
  const found = await findSigningKeys(store.db, store.now);
  if (!isDue(found)) return found;
  await makeNext(store, isDue);
  return findSigningKeys(store.db, store.now);
}

/** The key that signs next, and whether it was made now. */
export interface Rotation {
  readonly kid: string;
  readonly signsFrom: Date;
  /** False when a key was waiting already. */
  readonly made: boolean;
}

/** Makes the next key, unless one is waiting to sign already. */
export async function rotateSigningKeys(store: KeyStore): Promise<Rotation> {
  const made = await makeNext(store, (found) => !isWaiting(found, store.now));
  const newest = (await findSigningKeys(store.db, store.now)).at(-1);
  if (newest === undefined) throw new Error("There is no signing key.");
  return { kid: newest.id, signsFrom: newest.signsFrom, made };
}

/**
 * Encrypts all private keys by the newest of the secret keys, so that the older ones can be thrown away. To be called when every process
 * knows that key: at the start of a server.
 */
export async function encryptSigningKeysAnew({ db, keys, now }: KeyStore): Promise<void> {
  for (const stored of await findSigningKeys(db, now)) {
    if (isNewest(keys, stored.privateKey)) continue;
    const text = decrypt(keys, boundTo(stored.id), stored.privateKey);
    if (text !== null) await replacePrivateKey(db, stored, encrypt(keys, boundTo(stored.id), text));
  }
}

/** The private key of a row; null when none of the secret keys opens it. */
export async function openPrivateKey(
  keys: SecretKeys,
  { id, privateKey }: Pick<StoredSigningKey, "id" | "privateKey">,
): Promise<CryptoKey | null> {
  const text = decrypt(keys, boundTo(id), privateKey);
  if (text === null) return null;
  return (await importJWK(JSON.parse(text) as JWK, ALGORITHM)) as CryptoKey;
}

/** The public key of a row, as it is published. */
export function publishedKey({ id, publicKey }: Pick<StoredSigningKey, "id" | "publicKey">): PublishedKey {
  const { x, y } = JSON.parse(publicKey) as { readonly x: string; readonly y: string };
  return { kty: "EC", crv: "P-256", x, y, kid: id, use: "sig", alg: ALGORITHM };
}

/** Whether there is a key that signs now, and it can be opened: with another key file none of the former can. */
function canSign({ keys, now }: KeyStore, stored: readonly StoredSigningKey[]): boolean {
  const signing = signingNow(stored, now);
  return signing !== null && decrypt(keys, boundTo(signing.id), signing.privateKey) !== null;
}

/** Makes the next key if it is wanted; false when it is not, or another process has just made it. */
async function makeNext(store: KeyStore, isWanted: (found: readonly StoredSigningKey[]) => boolean): Promise<boolean> {
  const { db, keys, now } = store;
  // Before the keys: of all that see the same number one stores the next, and who sees the next finds its key as well.
  const number = 1 + (await highestNumber(db));
  const found = await findSigningKeys(db, now);
  if (!isWanted(found)) return false;
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const published = await exportJWK(publicKey);
  const id = await calculateJwkThumbprint(published);
  const encrypted = encrypt(keys, boundTo(id), JSON.stringify(await exportJWK(privateKey)));
  const { signsFrom, othersExpireAt } = timesOfNext(now, !canSign(store, found));
  const row = { id, number, createdAt: now, signsFrom, publicKey: JSON.stringify(published), privateKey: encrypted };
  return write(db, async (tx) => {
    const stored = await insertSigningKey(tx, row);
    if (stored) await retireBelow(tx, number, othersExpireAt);
    return stored;
  });
}

function boundTo(id: string): BoundTo {
  return ["signing-key", id];
}
