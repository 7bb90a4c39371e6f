import { DomainError } from "../domain-error.ts";
import type { FactorStep } from "./authentication-method.ts";

/** The user has no token of that id. */
export class TokenNotFound extends DomainError {
  constructor() {
    super("There is no such token.");
  }
}

/** The user has no session of that id. */
export class SessionNotFound extends DomainError {
  constructor() {
    super("There is no such session.");
  }
}

/** The credential of the request was valid when the request came, and was revoked while the request was under way. */
export class CredentialEnded extends DomainError {
  constructor() {
    super("The credential was revoked. Please sign in again.");
  }
}

/** A token made with another credential makes none itself: chains stay one link long. Neither does a personal token. */
export class TokenNotDerivable extends DomainError {
  constructor() {
    super("This token was made with another credential, or is a personal one. Sign in to make one more.");
  }
}

/** A personal token was asked for without a scope, or with none that the credential has which asks. */
export class ScopesRequired extends DomainError {
  constructor() {
    super("A personal token needs at least one scope that the credential of the request has.");
  }
}

/** The lifetime that a token was asked for with is longer than the server permits, or not for tokens of its kind. */
export class LifetimeRefused extends DomainError {}

/** The credential has made, or its user has, as many tokens as are allowed. */
export class TooManyTokens extends DomainError {
  constructor() {
    super("There are too many tokens that are in force. Revoke some of them first.");
  }
}

/** The methods by which a user has authenticated do not suffice for a credential: a second factor is missing. */
export class SecondFactorMissing extends DomainError {
  readonly step: FactorStep;

  constructor(step: FactorStep) {
    super("A second factor is needed to sign in.");
    this.step = step;
  }
}
