import type { FactorStep } from "../../domain/credentials/authentication-method.ts";
import { PasswordRefused } from "../../domain/passwords/errors.ts";
import type { OfferedMethod } from "../../domain/second-factor/factor-repository.ts";
import type { FactorMethod } from "../../domain/second-factor/second-factor.ts";

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

/** A sign-in names neither an address nor a user name. */
export class IdentityMissing extends Error {
  override readonly name = "IdentityMissing";
  override readonly message = "Enter an e-mail address or a user name.";
}

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

/** What a client needs to finish a sign-in that waits. */
export interface MissingFactor {
  /** The credential that finishes the sign-in. */
  readonly signInToken: string;
  readonly step: FactorStep;
  readonly methods: readonly OfferedMethod[];
  /** The methods that can be set up, with the step `set-up`. */
  readonly available: readonly FactorMethod[];
  readonly expiresAt: Date;
}

/** The password is right, and a second factor is missing: the sign-in waits for it. */
export class SecondFactorRequired extends Error {
  override readonly name = "SecondFactorRequired";
  override readonly message = "A second factor is needed to sign in.";
  readonly missing: MissingFactor;

  constructor(missing: MissingFactor) {
    super();
    this.missing = missing;
  }
}

/** The method is none that the user has, or this sign-in has proved it already. */
export class FactorUnavailable extends Error {
  override readonly name = "FactorUnavailable";
  override readonly message = "This method is not available.";
  /** The member of the content that names the method; "" for none. */
  readonly pointer: string;

  constructor(pointer: string) {
    super();
    this.pointer = pointer;
  }
}

/** This server does not offer the method, whoever asks: it sends no mail, or no SMS. */
export class FactorNotOffered extends Error {
  override readonly name = "FactorNotOffered";
  override readonly message = "This server does not offer this method.";
  /** The member of the content that names the method; "" for none. */
  readonly pointer: string;

  constructor(pointer: string) {
    super();
    this.pointer = pointer;
  }
}

/** A refusal of a value, and the member of the content that has it in this operation: others call it otherwise. */
export class About extends Error {
  override readonly name = "About";
  /** A JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly refusal: Error;

  constructor(pointer: string, refusal: Error) {
    super(refusal.message, { cause: refusal });
    this.pointer = pointer;
    this.refusal = refusal;
  }
}

/** Names the member that refusals of these kinds are about in an operation: for `catch`. Throws {@link About}, and all others as they are. */
export function namedBy(pointer: string, ...kinds: readonly (new () => Error)[]): (error: unknown) => never {
  return (error) => {
    throw kinds.some((kind) => error instanceof kind) ? new About(pointer, error as Error) : error;
  };
}

/** This server gives no refresh tokens. */
export class RefreshTokensOff extends Error {
  override readonly name = "RefreshTokensOff";
  override readonly message = "This server gives no refresh tokens.";
}

/** Nobody sets up a second factor on this server. */
export class FactorsClosed extends Error {
  override readonly name = "FactorsClosed";
  override readonly message = "Nobody sets up a second factor on this server.";
}

/** Nobody is signed in, where an operation lets a sign-in that waits pass as well. */
export class NotSignedIn extends Error {
  override readonly name = "NotSignedIn";
  override readonly message = "You are not authenticated. Please sign in and send your credentials.";
}

/** The user has to prove the password, and the second factor where there is one, once more. */
export class NotFresh extends Error {
  override readonly name = "NotFresh";
  override readonly message = "It is too long ago that you proved who you are. Please do so again.";
}
