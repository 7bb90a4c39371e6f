import { PhoneRefused } from "../second-factor/errors.ts";
import type { FactorRow } from "../second-factor/factor-repository.ts";
import { decrypt, encrypt } from "../secrets/encrypt.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";

/** The place that codes of a second factor are sent to: an address, or a telephone number (E.164). */
export interface Destination {
  readonly method: "email" | "sms";
  readonly to: string;
}

// ITU-T E.164, section 6: a country code, which begins with no zero, and fifteen digits at most in all. The shortest numbers in use
// have seven.
const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * The normal spelling of a telephone number: white space, hyphens, full stops and parentheses in it do not count.
 *
 * @throws {PhoneRefused} for a text that is no number with its country code (E.164)
 */
export function normalisePhone(given: string | undefined): string {
  const phone = (given ?? "").replace(/[\s().-]/g, "");
  if (!E164.test(phone)) throw new PhoneRefused();
  return phone;
}

/** The telephone number of a user as it is stored. */
export function closePhone(keys: SecretKeys, userId: number, phone: string): string {
  return encrypt(keys, ["second-factor", "phone", userId], phone);
}

/** The telephone number of a user, from what is stored; null for none, and when its key is unknown or the text was changed. */
export function openPhone(keys: SecretKeys, userId: number, stored: string | null): string | null {
  return stored === null ? null : decrypt(keys, ["second-factor", "phone", userId], stored);
}

/** The place that the codes of a factor go to; null for an authenticator, and for a number that cannot be read. */
export function destinationOf(
  keys: SecretKeys,
  { id, email }: { readonly id: number; readonly email: string },
  factor: Pick<FactorRow, "method" | "phone"> | undefined,
): Destination | null {
  if (factor?.method === "email") return { method: "email", to: email };
  const phone = factor?.method === "sms" ? openPhone(keys, id, factor.phone) : null;
  return phone === null ? null : { method: "sms", to: phone };
}

/** A destination that its owner knows again, and nobody else learns: the first character and the host, or the last four digits. */
export function maskDestination({ method, to }: Destination): string {
  if (method === "sms") return maskPhone(to);
  const [first = ""] = to;
  return `${first}…${to.slice(to.lastIndexOf("@"))}`;
}

/** The last four digits of the telephone number of a factor; null for none. */
export function phoneShown(
  keys: SecretKeys,
  userId: number,
  factor: Pick<FactorRow, "phone"> | undefined,
): string | null {
  const phone = openPhone(keys, userId, factor?.phone ?? null);
  return phone === null ? null : maskPhone(phone);
}

function maskPhone(phone: string): string {
  return `…${phone.slice(-4)}`;
}
