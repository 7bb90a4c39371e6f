const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * The state of a user that a mailed secret is bound to, and ends with: nothing but the user; the address; or address, password and
 * generation.
 */
export type Binding = "user" | "address" | "account";

interface Rule {
  readonly lifetimeMs: number;
  readonly bound: Binding;
}

/** The purposes that secrets are mailed for. What was mailed for one is good for no other. */
export const PURPOSES = {
  /** Confirms an address. */
  confirm: { lifetimeMs: HOUR, bound: "address" },
  /** Sets a new password. */
  reset: { lifetimeMs: HOUR, bound: "account" },
  /** Changes the address to the one that it was mailed to. */
  "change-email": { lifetimeMs: HOUR, bound: "account" },
  /** Takes a change of address back; mailed to the old one. Whoever changed it can have changed all else, too. */
  "undo-email": { lifetimeMs: 7 * DAY, bound: "user" },
  /** Deletes an account. */
  delete: { lifetimeMs: HOUR, bound: "account" },
  /** Signs in. NIST SP 800-63B-4 §3.1.3.2 lets a code live for ten minutes. */
  "sign-in": { lifetimeMs: 10 * MINUTE, bound: "account" },
  /** The second factor of a sign-in that waits for it, or of a proof in between. */
  "second-factor": { lifetimeMs: 10 * MINUTE, bound: "account" },
  /** Proves a phone number or an address, to send codes to from then on. */
  "set-up": { lifetimeMs: 10 * MINUTE, bound: "account" },
} as const satisfies Record<string, Rule>;

/** One of {@link PURPOSES}. */
export type MailedSecretPurpose = keyof typeof PURPOSES;
