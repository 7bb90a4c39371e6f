import { DomainError } from "../domain-error.ts";
import { FactorRequired } from "../second-factor/errors.ts";

/** The answer of an authenticator does not hold. The message is the same whatever was wrong, so that it helps no forger. */
export class PasskeyRefused extends DomainError {
  constructor() {
    super("This passkey was not accepted.");
  }
}

/** No passkey of that id is registered: its user has removed it, and the browser may be told to forget it. */
export class PasskeyUnknown extends DomainError {
  constructor() {
    super("This passkey is not registered here.");
  }
}

/** The challenge is not there: it has been answered, is too old, or was begun by somebody else. */
export class PasskeyAttemptEnded extends DomainError {
  constructor() {
    super("This attempt has ended. Please begin again.");
  }
}

/** The user has a passkey of that name. */
export class PasskeyNameTaken extends DomainError {
  constructor() {
    super("You have a passkey of this name. Choose another one.");
  }
}

/** The user has no passkey of that id. */
export class PasskeyNotFound extends DomainError {
  constructor() {
    super("There is no such passkey.");
  }
}

/** The user has no passkey of that name: a class of its own, because the name is a field of a form there. */
export class PasskeyNameUnknown extends PasskeyNotFound {}

/** The user has as many passkeys as are allowed. */
export class TooManyPasskeys extends DomainError {
  constructor() {
    super("There are too many passkeys. Remove some of them first.");
  }
}

/** The server does not know the address that browsers reach it by, which passkeys belong to. */
export class PasskeysUnavailable extends DomainError {
  constructor() {
    super("This server takes no passkeys.");
  }
}

/** The last second factor of an account that needs one: a class of its own, because no field of a form names it. */
export class PasskeyRequired extends FactorRequired {}
