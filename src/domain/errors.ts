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

/** So many passwords wait for their hash that another would wait too long; come back in `retryAfterSeconds`. */
export class HashingQueueFull extends DomainError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("Too many sign-ins are under way. Try again shortly.");
    this.retryAfterSeconds = retryAfterSeconds;
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
