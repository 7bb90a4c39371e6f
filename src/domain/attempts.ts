import { attemptOrigin } from "./attempt-origin.ts";
import { DomainError } from "./errors.ts";

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
export type AttemptPolicy = "account-address" | "account-device" | "account" | "address" | "registration";

/** How many attempts each policy lets through. */
export type AttemptRules = Readonly<Record<AttemptPolicy, AttemptRule>>;

const MINUTE = 60;

/**
 * The numbers. A person who has forgotten a password tries it a few times, so ten from one place are plenty. An office behind one
 * address gets more of them wrong than that, hence 100, and makes as many accounts in an hour; what is right is given back, however
 * often it comes. What many addresses together do to one account is bounded by 30 in five minutes: 8,640 guesses a day, too few for
 * a password that the policy takes, and a flood is over five minutes after it ends for a program that has no cookie to show.
 */
export const ATTEMPT_RULES: AttemptRules = {
  "account-address": { attempts: 10, windowSeconds: 15 * MINUTE },
  "account-device": { attempts: 10, windowSeconds: 15 * MINUTE },
  account: { attempts: 30, windowSeconds: 5 * MINUTE },
  address: { attempts: 100, windowSeconds: 15 * MINUTE },
  registration: { attempts: 100, windowSeconds: 60 * MINUTE },
};

/** One of the counts that an attempt adds to: the policy, and whose count it is. */
export interface AttemptCount {
  readonly policy: AttemptPolicy;
  readonly subject: readonly string[];
}

/**
 * The counts of an attempt, the narrowest first. A browser that is known to the account has an allowance of its own there, so
 * that what strangers do to the account cannot keep its owner out.
 */
export function countsOfAttempt({ account, address, device }: Attempt): readonly [AttemptCount, ...AttemptCount[]] {
  const origin = attemptOrigin(address);
  const byAddress: AttemptCount = { policy: "address", subject: [origin] };
  if (device !== null) return [{ policy: "account-device", subject: [account, device] }, byAddress];
  return [
    { policy: "account-address", subject: [account, origin] },
    { policy: "account", subject: [account] },
    byAddress,
  ];
}

/** The counts of a registration. */
export function countsOfRegistration(address: string): readonly [AttemptCount] {
  return [{ policy: "registration", subject: [attemptOrigin(address)] }];
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
 * Limits how often passwords are tried and accounts are made, in all processes of one database together.
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
   * more, so that signing in costs nothing however often it is done, and pays for no wrong guess.
   */
  succeed(attempt: Attempt): Promise<void>;
  /**
   * Counts an attempt to make an account.
   *
   * @throws {TooManyAttempts}
   */
  register(address: string): Promise<void>;
}

/** Limits nothing: for a server that strangers cannot reach. */
export function noAttemptLimits(): AttemptLimits {
  return { spend: async () => {}, succeed: async () => {}, register: async () => {} };
}
