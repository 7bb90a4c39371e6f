import { DomainError } from "../domain-error.ts";

/** The refresh token is no such text, is not of this server, was used before, or its family has ended. The reason is not told. */
export class RefreshTokenRefused extends DomainError {
  constructor() {
    super("This refresh token is not valid, was used before, or has ended. Please sign in again.");
  }
}

/** There is no refresh token in the request. */
export class RefreshTokenRequired extends DomainError {
  constructor() {
    super("A refresh token is needed.");
  }
}
