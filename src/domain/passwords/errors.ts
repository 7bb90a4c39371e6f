import { DomainError } from "../domain-error.ts";

/** The password breaks the policy; `reasons` are sentences for the person who chose it. */
export class PasswordRefused extends DomainError {
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(reasons.join(" "));
    this.reasons = reasons;
  }
}

/**
 * The sign-in failed: an unknown or inactive user, a user without a password, or a wrong password. One error for all of
 * them, so that the answer does not tell which addresses have accounts. A right password that does not open its account any more is
 * answered so, too: the advice is for its owner, and the same for all.
 */
export class InvalidCredentials extends DomainError {
  constructor(
    message = "The e-mail address or the password is wrong. If you are sure of both, ask for a new password.",
  ) {
    super(message);
  }
}

/** A signed-in user was asked for the password once more and gave a wrong one. */
export class WrongPassword extends InvalidCredentials {
  constructor() {
    super("The password is wrong.");
  }
}

const LONGEST_RETRY_AFTER_SECONDS = 60;

/** The line of passwords that wait to be hashed is too long to join; `retryAfterSeconds` is 1 to 60. */
export class HashingQueueFull extends DomainError {
  readonly retryAfterSeconds: number;

  /** @param through milliseconds until every password that waits now will have had its turn */
  constructor(through: number) {
    super("Too many sign-ins are under way. Try again shortly.");
    this.retryAfterSeconds = Math.min(Math.max(1, Math.ceil(through / 1000)), LONGEST_RETRY_AFTER_SECONDS);
  }
}

/** No thread can be started to hash or rate a password, such as for want of file descriptors: none was compared, as behind a full line. */
export class HashingUnavailable extends HashingQueueFull {
  override readonly message = "Passwords cannot be checked at the moment. Try again shortly.";

  /** @param cause the reason, for the log */
  constructor(cause?: unknown) {
    super(UNAVAILABLE_MS);
    this.cause = cause;
  }
}

/** The time after which it is worth a try again, in milliseconds. */
const UNAVAILABLE_MS = 5_000;
