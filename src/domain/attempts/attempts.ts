import { DomainError } from "../domain-error.ts";
import type { AttemptPolicy, AttemptRule } from "./rules.ts";

/** A try to sign in with a password. */
export interface Attempt {
  /** The e-mail address as `normaliseEmail` gives it, whether or not it has an account. */
  readonly account: string;
  /** The network address that the request comes from. */
  readonly address: string;
  /** The id of a browser that has signed in to this very account before, proven by its cookie; null for any other browser. */
  readonly device: string | null;
}

/** A try at the code of a second factor, by somebody who has the password already. */
export type CodeAttempt = Attempt & { readonly userId: number };

/** What an attempt at a password can lead to, as it was when it was counted. */
export interface Standing {
  /**
   * Whether the right password opens the account by itself. False from an unknown place after 100 failures in a row from such places:
   * the account then asks for something stronger, and without it a right password is answered as a wrong one.
   */
  readonly passwordAlone: boolean;
  /** Whether the attempt was counted in the run of failures, for whoever takes it back. */
  readonly counted: boolean;
}

/** The standing of an attempt from a place that the account knows, or where nothing is limited. */
export const TRUSTED: Standing = { passwordAlone: true, counted: false };

/** What a limit lets through until its window ends. */
export interface Allowance {
  readonly policy: AttemptPolicy;
  /** The most attempts in a window. */
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  /** The time until the window ends, in seconds. */
  readonly resetSeconds: number;
}

/** A limit is reached: the rule, and the time until it lets an attempt through again. The password does not matter then. */
export class TooManyAttempts extends DomainError {
  readonly policy: AttemptPolicy;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining = 0;
  /** Whole seconds, at least 1 and at most the window. */
  readonly retryAfterSeconds: number;

  constructor(policy: AttemptPolicy, rule: AttemptRule, retryAfterMs: number) {
    super("Too many attempts; try again later, or ask for a new password.");
    this.policy = policy;
    this.limit = rule.attempts;
    this.windowSeconds = rule.windowSeconds;
    this.retryAfterSeconds = Math.min(rule.windowSeconds, Math.max(1, Math.ceil(retryAfterMs / 1000)));
  }
}

/**
 * Limits on how often passwords are tried, and accounts and tokens are made, in all processes of one database together.
 *
 * A window starts with the first attempt that counts in it, and ends when its time is over. Attempts that are refused are not counted, so
 * they make no window longer: the longest wait is one `windowSeconds`, 15 minutes for a sign-in. Strangers cannot lock an owner out: the
 * run of failures counts only at places that the account does not know, and a mailed link, a second factor or a passkey opens the account
 * there, too.
 */
export interface AttemptLimits {
  /**
   * Counts an attempt against every limit, or, when one of them is reached, against none. To be called outside every transaction, and
   * before the password is checked: a right and a wrong one then get the same answer. From an unknown place it is counted in the run of
   * failures of the account, too, which no time ends.
   *
   * @throws {TooManyAttempts} for the limit with the longest wait
   */
  spend(attempt: Attempt): Promise<Standing>;
  /**
   * Forgets the attempts from this address or browser at this account, and makes the address familiar to the account. The wider limits,
   * and the run of failures, get back the one attempt that was counted: a right password costs nothing, and takes back no wrong one.
   * Besides, the run of failures falls a little once a day. To be called when the sign-in is complete, with its second factor.
   */
  succeed(attempt: Attempt, standing: Standing): Promise<void>;
  /** Takes back an attempt whose password was not checked, or was right and leads to the question for a second factor. */
  giveBack(attempt: Attempt, standing: Standing): Promise<void>;
  /** Counts an attempt to make an account. Throws {@link TooManyAttempts}. */
  register(address: string): Promise<void>;
  /** Takes back an attempt to make an account whose password was not hashed. */
  giveBackRegistration(address: string): Promise<void>;
  /**
   * Counts a password that is rated while it is typed.
   *
   * @throws {TooManyAttempts}
   */
  rate(address: string): Promise<void>;
  /**
   * Counts a mail to `account` that somebody asks for, sent or not. A place that the account knows has a count of its own, so that
   * strangers who use up theirs do not keep the owner from asking. Throws {@link TooManyAttempts}.
   */
  mail(attempt: Attempt): Promise<void>;
  /**
   * Counts a token that a user has made.
   *
   * @returns the allowances that are left, none where nothing is limited
   * @throws {TooManyAttempts}
   */
  makeToken(userId: number): Promise<readonly Allowance[]>;
  /** Counts a token that a user exchanges; returns the allowances that are left, as {@link makeToken}. Throws {@link TooManyAttempts}. */
  exchangeToken(userId: number): Promise<readonly Allowance[]>;
  /**
   * Counts a code that is tried as a second factor, before it is compared.
   *
   * @throws {TooManyAttempts}
   */
  tryCode(attempt: CodeAttempt): Promise<void>;
  /** Takes back an attempt whose code was right. */
  giveBackCode(attempt: CodeAttempt): Promise<void>;
  /** Counts a passkey that is asked for, by the network address of a stranger or the id of a user. Throws {@link TooManyAttempts}. */
  askForPasskey(asker: string | number): Promise<void>;
  /** Makes the address familiar to an account that was made from there. */
  welcome(attempt: Attempt): Promise<void>;
}

/** Limits that let every attempt through: for a server that strangers cannot reach. */
export function noAttemptLimits(): AttemptLimits {
  const nothing = async () => {};
  return {
    spend: async () => TRUSTED,
    succeed: nothing,
    giveBack: nothing,
    register: nothing,
    giveBackRegistration: nothing,
    rate: nothing,
    mail: nothing,
    makeToken: async () => [],
    exchangeToken: async () => [],
    tryCode: nothing,
    giveBackCode: nothing,
    askForPasskey: nothing,
    welcome: nothing,
  };
}
