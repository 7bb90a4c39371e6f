import { randomBytes } from "node:crypto";
import { seal, sealMatches } from "../secrets/seal.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";

/** The time for which a browser is remembered after it signed in: a year, in seconds. */
export const DEVICE_LIFETIME_SECONDS = 365 * 24 * 60 * 60;

const ID_BYTES = 16;
const VALUE = /^(?<id>[\w-]{22})\.(?<seal>[\w-]{43})$/;

/**
 * The id of a browser, from the cookie that it got at a sign-in to this very account; null when the cookie is missing, forged or of
 * another account. The id signs no user in: it only chooses the count that the browser's attempts go to. A browser is known to the
 * account that it signed in to last.
 *
 * @param account the e-mail address as `normaliseEmail` gives it
 * @param value of the cookie
 */
export function readDevice(keys: SecretKeys, account: string, value: string | undefined): string | null {
  const { id, seal: given } = VALUE.exec(value ?? "")?.groups ?? {};
  if (id === undefined || given === undefined) return null;
  return sealMatches(keys, ["device", id, account], given) ? id : null;
}

/**
 * The value of the cookie for a browser that has just signed in: a random id of 128 bits, and an HMAC-SHA-256 that binds it to the
 * account, both base64url. A known browser keeps its id, so that signing in again gives it no fresh count.
 *
 * @param current the value of the cookie that the request came with
 */
export function issueDevice(keys: SecretKeys, account: string, current: string | undefined): string {
  const id = readDevice(keys, account, current) ?? randomBytes(ID_BYTES).toString("base64url");
  return `${id}.${seal(keys[0], ["device", id, account])}`;
}
