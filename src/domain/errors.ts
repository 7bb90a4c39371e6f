/** What the rules of the domain refuse. Messages are for people, and never hold a secret. */
export class DomainError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** There is no such article. */
export class ArticleNotFound extends DomainError {
  constructor() {
    super("There is no such article.");
  }
}

/** There is no such like under that article. */
export class LikeNotFound extends DomainError {
  constructor() {
    super("There is no such like of this article.");
  }
}

/** The like is there, and belongs to someone else. */
export class LikeOfAnother extends DomainError {
  constructor() {
    super("This like belongs to another user.");
  }
}

/** An account with that address exists. */
export class EmailTaken extends DomainError {
  constructor() {
    super("An account with this e-mail address already exists.");
  }
}

/** The text is not an address that an account can have. */
export class EmailRefused extends DomainError {
  constructor() {
    super("This is not a usable e-mail address.");
  }
}

/** The password breaks the policy; `reasons` are sentences for the person who chose it. */
export class PasswordRefused extends DomainError {
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(reasons.join(" "));
    this.reasons = reasons;
  }
}

/** Unknown, inactive or passwordless user, or wrong password: one error for all, so that nobody learns which. */
export class InvalidCredentials extends DomainError {
  constructor(message = "The e-mail address or the password is wrong.") {
    super(message);
  }
}

/** The password that a signed-in user gave once more is wrong. */
export class WrongPassword extends InvalidCredentials {
  constructor() {
    super("The password is wrong.");
  }
}

/** Nobody can register here. */
export class RegistrationClosed extends DomainError {
  constructor() {
    super("Registration is closed.");
  }
}

const LONGEST_RETRY_AFTER_SECONDS = 60;

/** So many passwords wait for their turn that another would wait too long; come back in `retryAfterSeconds`, from 1 to 60. */
export class HashingQueueFull extends DomainError {
  readonly retryAfterSeconds: number;

  /** @param through milliseconds until those who wait now will have had their turn */
  constructor(through: number) {
    super("Too many sign-ins are under way. Try again shortly.");
    this.retryAfterSeconds = Math.min(Math.max(1, Math.ceil(through / 1000)), LONGEST_RETRY_AFTER_SECONDS);
  }
}

/** The cursor was not given out by this list. */
export class InvalidCursor extends DomainError {
  constructor() {
    super("This cursor does not belong to this list.");
  }
}

/** There is no such token of this user. */
export class TokenNotFound extends DomainError {
  constructor() {
    super("There is no such token.");
  }
}

/** There is no such session of this user. */
export class SessionNotFound extends DomainError {
  constructor() {
    super("There is no such session.");
  }
}

/** The credential of the request was good when it came, and has been revoked since. */
export class CredentialEnded extends DomainError {
  constructor() {
    super("The credential was revoked. Please sign in again.");
  }
}

/** A token that was made with another credential makes none itself: what ends is then always one step away from what it ends with. */
export class TokenNotDerivable extends DomainError {
  constructor() {
    super("This token was made with another credential. Sign in to make one more.");
  }
}

/** A credential has made as many tokens as it may. */
export class TooManyTokens extends DomainError {
  constructor() {
    super("There are too many tokens that are in force. Revoke some of them first.");
  }
}

/** No account has that address. Only for the person who runs the program: a client must not learn it. */
export class UserNotFound extends DomainError {
  constructor() {
    super("There is no user with this e-mail address.");
  }
}

/** There is no role of that name. */
export class RoleNotFound extends DomainError {
  constructor() {
    super("There is no such role.");
  }
}

/** A token cannot be narrowed to something that nobody can do. */
export class ScopeUnknown extends DomainError {
  constructor() {
    super("There is no such scope.");
  }
}

/** The article is no longer the one that the change was meant for. */
export class ArticleChanged extends DomainError {
  constructor() {
    super("The article was changed by somebody else in the meantime.");
  }
}

/** The article cannot have that title or author. */
export class ArticleRefused extends DomainError {
  constructor() {
    super("The title and the author must be one line of text each.");
  }
}
