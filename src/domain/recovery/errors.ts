import { DomainError } from "../domain-error.ts";

/** What was mailed is good no more: it was spent, has expired, or ended with a change of its account. */
export class MailedLinkRefused extends DomainError {
  constructor() {
    super("This link is no longer good. Ask for a new one.");
  }
}

/** The code of the mail is missing or another one. After a few wrong ones the link ends. */
export class MailedCodeRefused extends DomainError {
  constructor(message = "This is not the code of the mail.") {
    super(message);
  }
}

/** The password was right, but nobody has proved yet to read the mails to the address. */
export class ConfirmationRequired extends DomainError {
  constructor() {
    super("Confirm your e-mail address first: follow the link in the mail that was sent to it.");
  }
}

/** The new address is the one that the account has. */
export class EmailUnchanged extends DomainError {
  constructor() {
    super("This is your e-mail address already.");
  }
}
