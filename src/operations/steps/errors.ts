import { PasswordRefused } from "../../domain/passwords/errors.ts";

/** The password and its repetition in the form are not the same. */
export class PasswordsDiffer extends Error {
  override readonly name = "PasswordsDiffer";
  override readonly message = "The two passwords are not the same.";
  /** The field of the repetition. */
  readonly field: string;

  constructor(field: string) {
    super();
    this.field = field;
  }
}

/** The new password of a change breaks the policy: a class of its own, because its field has another name than at registration. */
export class NewPasswordRefused extends PasswordRefused {}

/** Scopes were asked for without a token: a session may always do all that its user may. */
export class SessionNotNarrowed extends Error {
  override readonly name = "SessionNotNarrowed";
  override readonly message = "Only a token can be narrowed; ask for one with include_auth_token.";
}

/** The server sends no mail, which this would need. */
export class MailNotConfigured extends Error {
  override readonly name = "MailNotConfigured";
  override readonly message = "This server sends no mail, so this cannot be done here. Ask whoever runs it.";
}

/** The server takes no requests at the moment; the message says why. */
export class NotReady extends Error {
  override readonly name = "NotReady";
}
