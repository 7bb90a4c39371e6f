import { DomainError } from "../domain-error.ts";

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

/** The operator has closed the registration of new accounts. */
export class RegistrationClosed extends DomainError {
  constructor() {
    super("Registration is closed.");
  }
}
