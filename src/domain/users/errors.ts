import { DomainError } from "../domain-error.ts";

/** No account has that address. Only for the operator at the command line: a client must not learn which addresses have accounts. */
export class UserNotFound extends DomainError {
  constructor() {
    super("There is no user with this e-mail address.");
  }
}

/** No role has that name. */
export class RoleNotFound extends DomainError {
  constructor() {
    super("There is no such role.");
  }
}
