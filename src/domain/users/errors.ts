import { DomainError } from "../domain-error.ts";

/**
 * No account has that address. Only for the operator at the command line: a client must not learn which addresses have
 * accounts.
 */
export class UserNotFound extends DomainError {
  constructor() {
    super("There is no user with this e-mail address.");
  }
}

/** The account of a request was deleted while the request was served: its credential has ended, as all of the account's have. */
export class AccountGone extends DomainError {
  constructor() {
    super("You are not authenticated. Please sign in and send your credentials.");
  }
}

/** No role has that name. */
export class RoleNotFound extends DomainError {
  constructor() {
    super("There is no such role.");
  }
}
