import { DomainError } from "../domain-error.ts";

/** The code is not right, or has passed before, or was tried too late. Which of them is not told. */
export class CodeRefused extends DomainError {
  constructor() {
    super("This code is not right, or was used before.");
  }
}

/** There is no sign-in that waits for a second factor, or it has ended: by its time, too many tries, or a change of the account. */
export class SignInEnded extends DomainError {
  constructor() {
    super("There is no sign-in that waits for a code. Please sign in again.");
  }
}

/** There is no second factor that is being set up by this credential, or its time is over. */
export class SetUpEnded extends DomainError {
  constructor() {
    super("There is no second factor that is being set up. Please begin again.");
  }
}

/** The text is no telephone number with its country code (E.164). */
export class PhoneRefused extends DomainError {
  constructor() {
    super("This is no telephone number. Begin it with + and the country code, such as +14155550123.");
  }
}

/** The server, or a role of the user, requires a second factor, so that the last one cannot be taken away. */
export class FactorRequired extends DomainError {
  constructor() {
    super("Your account needs a second factor, so the last one cannot be taken away.");
  }
}

/** The user has no second factor: none for which recovery codes could stand in, or none that has codes. */
export class NoSecondFactor extends DomainError {
  constructor(message = "There is no second factor. Set one up first.") {
    super(message);
  }
}
