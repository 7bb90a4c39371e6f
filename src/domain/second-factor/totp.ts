import { timingSafeEqual } from "node:crypto";
import { HOTP, Secret, TOTP } from "otpauth";

/** The parameters that all authenticators know (RFC 6238, section 1.2; RFC 4226, section 4, requirement 6). */
const [DIGITS, PERIOD_SECONDS, SECRET_BYTES] = [6, 30, 20];

/** The name of this site in an authenticator. */
export const ISSUER = "Kudos";

/** A new secret of 160 random bits, in base 32 (RFC 4648). */
export function generateSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** The address that an authenticator reads, from a QR code or a link. `account` is the name that it shows. */
export function otpauthUri(secret: string, account: string): string {
  return new TOTP({ issuer: ISSUER, label: account, secret, digits: DIGITS, period: PERIOD_SECONDS }).toString();
}

/**
 * The time step whose code a text is: the present one, the one before or the one after, as clocks differ and people are slow
 * (RFC 6238, section 5.2). Null for any other text, and for a step that is not later than `after`: a code passes once.
 *
 * @param code six digits; white space and hyphens between them do not count
 */
export function matchStep(secret: string, code: string, { now, after }: { now: Date; after: number }): number | null {
  const digits = Buffer.from(code.replace(/[\s-]/g, ""));
  const present = Math.floor(now.getTime() / 1000 / PERIOD_SECONDS);
  const key = Secret.fromBase32(secret);
  const steps = [present - 1, present, present + 1].filter((step) => {
    const expected = Buffer.from(HOTP.generate({ secret: key, digits: DIGITS, counter: step }));
    return expected.length === digits.length && timingSafeEqual(expected, digits);
  });
  return steps.find((step) => step > after) ?? null;
}
