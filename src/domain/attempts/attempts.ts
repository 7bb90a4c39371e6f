import { DomainError } from "../domain-error.ts";
import { attemptOrigin } from "./network.ts";

/** One try to prove who one is by a password. */
export interface Attempt {
  /** The e-mail address as `normaliseEmail` gives it, whether or not it has an account. */
  readonly account: string;
  /** The network address that the request comes from. */
  readonly address: string;
  /** The browser that has signed in to this very account before, proven by its cookie; null when none has. */
  readonly device: string | null;
}

/** So many attempts in a window of time that starts with the first of them. */
export interface AttemptRule {
  readonly attempts: number;
  readonly windowSeconds: number;
}

/** What attempts are counted by. */
export type AttemptPolicy = "account-address" | "account-device" | "account" | "address" | "registration" | "token";

/** How many attempts each policy lets through. */
export type AttemptRules = Readonly<Record<AttemptPolicy, AttemptRule>>;

const MINUTE = 60;

/**
 * The numbers. A person who has forgotten a password tries it a few times, so ten from one place are plenty. An office behind one
 * address gets more of them wrong than that, hence 100, and makes as many accounts in an hour; what is right is given back, however
 * often it comes. What many addresses together do to one account is bounded by 30 in five minutes: 8,640 guesses a day, too few for
 * a password that the policy takes. Whom such a flood does not keep out: a browser that has signed in to the account before, and
 * whoever comes from an address from which it has been signed in to. A program that makes a token for each of its runs makes fewer than
five a minute; each is two events for good.
 */
export const ATTEMPT_RULES: AttemptRules = {
  "account-address": { attempts: 10, windowSeconds: 15 * MINUTE },
  "account-device": { attempts: 10, windowSeconds: 15 * MINUTE },
  account: { attempts: 30, windowSeconds: 5 * MINUTE },
  address: { attempts: 100, windowSeconds: 15 * MINUTE },
  registration: { attempts: 100, windowSeconds: 60 * MINUTE },
  token: { attempts: 300, windowSeconds: 60 * MINUTE },
};

/** One of the counts that an attempt adds to: the policy, and whose count it is. */
export interface AttemptCount {
  readonly policy: AttemptPolicy;
  readonly subject: readonly string[];
}

/**
 * The counts of an attempt, the narrowest first. A browser that is known to the account has an allowance of its own there, so
 * that nothing that strangers do, to the account or from the same address, can keep its owner out. What is known is an address only,
 * others there are not told apart: only what is done to the account from elsewhere does not count.
 *
 * @param familiar whether the account has been signed in to from the address
 */
export function countsOfAttempt(
  { account, address, device }: Attempt,
  familiar: boolean,
): readonly [AttemptCount, ...AttemptCount[]] {
  if (device !== null) return [{ policy: "account-device", subject: [account, device] }];
  const origin = attemptOrigin(address);
  const byAccount: readonly AttemptCount[] = familiar ? [] : [{ policy: "account", subject: [account] }];
  return [
    { policy: "account-address", subject: [account, origin] },
    ...byAccount,
    { policy: "address", subject: [origin] },
  ];
}

/** The counts of a registration. */
export function countsOfRegistration(address: string): readonly [AttemptCount] {
  return [{ policy: "registration", subject: [attemptOrigin(address)] }];
}

/** The counts of a user who has a token made. */
export function countsOfToken(userId: number): readonly [AttemptCount] {
  return [{ policy: "token", subject: [String(userId)] }];
}

/** Too many attempts, whatever the password: the rule that was met, and when it lets more through. */
export class TooManyAttempts extends DomainError {
  readonly policy: AttemptPolicy;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining = 0;
  /** Whole seconds, at least 1. */
  readonly retryAfterSeconds: number;

  constructor(policy: AttemptPolicy, rule: AttemptRule, retryAfterMs: number) {
    super("Too many attempts; try again later.");
    this.policy = policy;
    this.limit = rule.attempts;
    this.windowSeconds = rule.windowSeconds;
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  }
}

/**
 * Limits how often passwords are tried, and accounts and tokens are made, in all processes of one database together.
 *
 * Nobody is shut out for good: a window starts with the first attempt that counts in it and ends when its time is over, whatever
 * comes in between, because an attempt that is refused is not counted anywhere. So the longest wait is one `windowSeconds`, 15 minutes
 * for a sign-in.
 */
export interface AttemptLimits {
  /**
   * Counts an attempt against every limit, or, when one of them is reached, against none. To be called before the password is
   * looked at, so that the right one gets the same answer, and outside every transaction.
   *
   * @throws {TooManyAttempts} for the limit with the longest wait
   */
  spend(attempt: Attempt): Promise<void>;
  /**
   * Forgives the attempts from this address or device at this account. The wider limits get back what this attempt has spent and no
   * more, so that signing in costs nothing however often it is done, and pays for no wrong guess. From now on the address is
   * familiar to the account.
   */
  succeed(attempt: Attempt): Promise<void>;
  /** Takes back an attempt whose password was not looked at. */
  giveBack(attempt: Attempt): Promise<void>;
  /**
   * Counts an attempt to make an account.
   *
   * @throws {TooManyAttempts}
   */
  register(address: string): Promise<void>;
  /** Takes back an attempt to make an account that was not looked at. */
  giveBackRegistration(address: string): Promise<void>;
  /**
   * Counts a token that a user has made.
   *
   * @throws {TooManyAttempts}
   */
  makeToken(userId: number): Promise<void>;
  /** Has the address be familiar to an account that was made from there. */
  welcome(attempt: Attempt): Promise<void>;
}

/** Limits nothing: for a server that strangers cannot reach. */
export function noAttemptLimits(): AttemptLimits {
  const nothing = async () => {};
  return {
    spend: nothing,
    succeed: nothing,
    giveBack: nothing,
    register: nothing,
    giveBackRegistration: nothing,
    makeToken: nothing,
    welcome: nothing,
  };
}
