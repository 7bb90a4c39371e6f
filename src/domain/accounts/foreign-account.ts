import { formatFlaskSecurityHash } from "../passwords/flask-security-hash.ts";
import { isUsableEmail, normaliseEmail } from "../users/email.ts";
import { isRoleName } from "../users/role.ts";
import { type ForeignFactor, type OpenedFactor, openForeignFactor, type TotpSecrets } from "./foreign-factor.ts";

/** A role as the other program keeps it. */
export interface ForeignRole {
  readonly name: string;
  readonly permissions: readonly string[];
}

/** An account as the other program keeps it. */
export interface ForeignAccount {
  readonly email: string;
  /** The hash as its scheme writes it. */
  readonly passwordHash: string | null;
  readonly active: boolean;
  readonly roles: readonly ForeignRole[];
  /** Whether a second factor guards the account there. */
  readonly secondFactor?: boolean;
  /** That factor, where it is an authenticator. */
  readonly factor?: ForeignFactor | undefined;
  /** Whether the address was never confirmed there, although the other program seems to demand that. */
  readonly unconfirmed?: boolean;
  /** The time at which the address was confirmed there; null when it was not, or at a time that cannot be read. */
  readonly confirmedAt?: Date | null;
  /** The user name as the other program spells it; null for none. */
  readonly username?: string | null;
  /** The names of the columns and tables that hold more about the account, for which there is no place here. */
  readonly others?: readonly string[];
}

/** The way that accounts are taken over. */
export interface ImportRules {
  /** Whether the passwords were signed with the operator's salt, as Flask-Security does by default. */
  readonly signed: boolean;
  /** Whether accounts whose address was never confirmed are taken over, too. */
  readonly unconfirmed?: boolean;
  /** The secrets that encrypt those of authenticators there; none where left out. */
  readonly totpSecrets?: TotpSecrets | undefined;
}

/**
 * The reason why an account stays out: its address is not usable or has an account here; a second factor guards it there that
 * cannot be taken over, so that the password alone must not open it here; or its address was never confirmed.
 */
export type SkipReason = "taken" | "unusable" | "second_factor" | "unconfirmed";

/** An account that may be imported. */
export interface Candidate {
  /** The address as the other program spells it. */
  readonly spelled: string;
  /** The address, normalised. */
  readonly email: string;
  /** The hash as it is stored here; null for one of an unknown scheme. */
  readonly hash: string | null;
  readonly active: boolean;
  readonly confirmedAt: Date | null;
  /** The user name as the other program spells it; null for none. */
  readonly spelledName: string | null;
  readonly roles: readonly ForeignRole[];
  readonly unusableRoles: readonly ForeignRole[];
  readonly others: readonly string[];
  /** The second factor that comes with it; null for none. */
  readonly factor: OpenedFactor | null;
  /** The reason why the account stays out, whatever is here; null for none. */
  readonly refusal: SkipReason | null;
}

/** The columns that an authenticator is taken over from. */
const FACTOR_COLUMNS = new Set(["user.tf_primary_method", "user.tf_totp_secret", "user.mf_recovery_codes"]);

/** What an import makes of an account of the other program. */
export function toCandidate(
  account: ForeignAccount,
  { signed, unconfirmed = false, totpSecrets = new Map() }: ImportRules,
): Candidate {
  const { email: spelled, passwordHash, active, confirmedAt = null, username = null } = account;
  const { roles, others = [] } = account;
  const email = normaliseEmail(spelled);
  const never = account.unconfirmed === true && !unconfirmed ? "unconfirmed" : null;
  const factor = account.factor === undefined ? null : openForeignFactor(account.factor, totpSecrets);
  const guarded = account.secondFactor === true && factor === null ? "second_factor" : never;
  return {
    spelled,
    email,
    hash: formatFlaskSecurityHash(passwordHash ?? "", { signed }),
    active,
    confirmedAt,
    spelledName: username,
    roles: roles.filter(({ name }) => isRoleName(name)),
    unusableRoles: roles.filter(({ name }) => !isRoleName(name)),
    others: factor === null ? others : others.filter((name) => !FACTOR_COLUMNS.has(name)),
    factor,
    refusal: isUsableEmail(email) ? guarded : "unusable",
  };
}
