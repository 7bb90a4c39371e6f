import { DomainError } from "../domain-error.ts";

/** The server gives out no JWTs: it has no list of audiences, or in production no `PUBLIC_URL` to be their issuer. */
export class JwtUnavailable extends DomainError {
  constructor() {
    super("This server gives out no tokens for other systems.");
  }
}

/** The token that is to be exchanged is not in force. The message is the same whatever was wrong with it. */
export class SubjectTokenRefused extends DomainError {
  constructor() {
    super("The subject_token is no token that is in force.");
  }
}

/** Another grant than the exchange of a token (RFC 8693). */
export class GrantTypeUnsupported extends DomainError {
  constructor() {
    super("The only grant_type is urn:ietf:params:oauth:grant-type:token-exchange.");
  }
}

/** The exchange asks for what RFC 8693 leaves to the server and this one does not do: an actor, or another type of token. */
export class ExchangeUnsupported extends DomainError {}

/** The system that the token is for is none of the server's list. */
export class AudienceUnknown extends DomainError {
  constructor() {
    super("The server gives out no tokens for this audience.");
  }
}

/** A scope that does not exist, or that the token to exchange does not have: an exchange only narrows. */
export class ScopeExceeded extends DomainError {
  constructor() {
    super("The subject_token does not have all of these scopes.");
  }
}
