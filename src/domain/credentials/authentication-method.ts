/** The ways in which a user can prove to be the owner of an account. */
export type AuthenticationMethod =
  | "password"
  /** A code or link that was sent to the user's address. */
  | "mailed-code"
  /** A code that was sent to the user's telephone. */
  | "texted-code"
  /** A code of an authenticator (RFC 6238). */
  | "authenticator"
  | "recovery-code"
  /** A passkey whose authenticator has asked for the user's presence alone. */
  | "passkey"
  /** A passkey whose authenticator has verified the user, by a PIN or a fingerprint, say. */
  | "verified-passkey";

// RFC 8176, section 2. It has no word for an authenticator whose keys are synchronised: `swk` is the more modest one.
const REFERENCES: Readonly<Record<AuthenticationMethod, readonly string[]>> = {
  password: ["pwd"],
  "mailed-code": ["otp"],
  "texted-code": ["otp", "sms"],
  authenticator: ["otp"],
  "recovery-code": ["otp"],
  passkey: ["swk", "user"],
  "verified-passkey": ["swk", "user"],
};

/**
 * Whether the methods are two factors: two different ones, or a passkey that has verified its user, which is possession and knowledge
 * (or inherence) at once. A method that was used twice counts once.
 */
export function areTwoFactors(methods: Iterable<AuthenticationMethod>): boolean {
  const different = new Set(methods);
  return different.size > 1 || different.has("verified-passkey");
}

/** The methods as the words of RFC 8176, each once, separated by spaces: `mfa` is among them for two factors. */
export function formatAmr(methods: readonly AuthenticationMethod[]): string {
  const words = methods.flatMap((method) => REFERENCES[method]);
  return [...new Set([...words, ...(areTwoFactors(methods) ? ["mfa"] : [])])].join(" ");
}

/**
 * Who needs a second factor: `optional`, those who have set one up and those whose role requires one; `required`, everybody;
 * `off`, those who have one already, and nobody sets one up.
 */
export type FactorPolicy = "optional" | "required" | "off";

/** The step that a sign-in still needs: to prove a second factor, or to set up the first one. */
export type FactorStep = "factor" | "set-up";

/** Whether a user without a second factor needs one. */
export function needsFactor(policy: FactorPolicy, roleRequiresFactor: boolean): boolean {
  return policy === "required" || (policy === "optional" && roleRequiresFactor);
}

/** What there is to an account besides its password. */
export interface FactorNeeds {
  readonly hasFactor: boolean;
  /** Whether it has a passkey of any usage. */
  readonly hasPasskey: boolean;
  readonly roleRequiresFactor: boolean;
}

/** The step that is missing before a user who has authenticated by these methods may be given a credential; null for none. */
export function missingStep(
  methods: readonly AuthenticationMethod[],
  account: FactorNeeds,
  policy: FactorPolicy,
): FactorStep | null {
  if (areTwoFactors(methods)) return null;
  if (account.hasFactor) return "factor";
  if (!needsFactor(policy, account.roleRequiresFactor)) return null;
  return maySetUpFirst(methods, account) ? "set-up" : "factor";
}

/**
 * Whether who has authenticated by these methods may set up the first factor of an account. The password alone does not do where the
 * account has a passkey, which its owner signs in by: whoever has learnt the password would add a factor of their own.
 */
export function maySetUpFirst(
  methods: readonly AuthenticationMethod[],
  { hasPasskey }: Pick<FactorNeeds, "hasPasskey">,
): boolean {
  return !hasPasskey || methods.some((method) => method !== "password");
}
