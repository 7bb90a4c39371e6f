import type { RaisedProblem } from "../contract/document/problem-types.ts";
import { HttpProblem, type ProblemOptions } from "../contract/problem.ts";
import * as accounts from "../domain/accounts/errors.ts";
import * as articles from "../domain/articles/errors.ts";
import { TooManyAttempts } from "../domain/attempts/attempts.ts";
import * as credentials from "../domain/credentials/errors.ts";
import * as jwt from "../domain/jwt/errors.ts";
import { InvalidCursor } from "../domain/list-page.ts";
import * as passkeys from "../domain/passkeys/errors.ts";
import * as passwords from "../domain/passwords/errors.ts";
import * as recovery from "../domain/recovery/errors.ts";
import * as refresh from "../domain/refresh-tokens/errors.ts";
import * as factors from "../domain/second-factor/errors.ts";
import * as users from "../domain/users/errors.ts";
import * as steps from "../operations/steps/errors.ts";
import { CodingNotAcceptable } from "../representation/coding.ts";
import { CrossSiteRequest } from "../security/session-cookie.ts";
import { AssetNotFound } from "../web/assets/asset.ts";
import {
  about,
  aboutMember,
  aboutParameter,
  aboutRepetition,
  failed,
  limited,
  reasonsAbout,
  retryAfter,
} from "./about.ts";
import { invalidToken, notFresh, notSignedIn, waitingSignIn } from "./challenges.ts";
import { DatabaseBusy, DatabaseFailed, namedByCode } from "./database-errors.ts";

/** The problem of a class of errors: its slug, its status, and what the client is told besides the message. */
export type ProblemRow = readonly [
  kind: new (...input: never[]) => Error,
  slug: string,
  status: number,
  options?: (error: never) => ProblemOptions,
];

/**
 * The problem of each error. The slug ends the `type` of the problem (RFC 9457 §3.1.1), so clients know it: a class may be renamed, a
 * slug may not. The order of the rows has no meaning. The start refuses a row whose type no operation declares in openapi.yaml.
 */
export const PROBLEMS: readonly ProblemRow[] = [
  [articles.ArticleNotFound, "article-not-found", 404],
  [articles.ArticleChanged, "article-changed", 412],
  [articles.ArticleRefused, "article-refused", 400],
  [articles.LikeNotFound, "like-not-found", 404],
  [articles.LikeOfAnother, "like-of-another", 403],
  [InvalidCursor, "invalid-cursor", 400, aboutParameter("cursor")],
  [credentials.TokenNotFound, "token-not-found", 404],
  [credentials.TokenNotDerivable, "token-not-derivable", 403],
  [credentials.TooManyTokens, "too-many-tokens", 403],
  [credentials.ScopesRequired, "scopes-required", 400, about("/scopes")],
  [credentials.LifetimeRefused, "lifetime-refused", 400, about("/expires_in_days")],
  [refresh.RefreshTokenRequired, "refresh-token-required", 400, about("/refresh_token")],
  [refresh.RefreshTokenRefused, "refresh-token-refused", 400, about("/refresh_token")],
  [steps.RefreshTokensOff, "refresh-tokens-off", 403],
  [credentials.SessionNotFound, "session-not-found", 404],
  [credentials.CredentialEnded, "credential-ended", 401, invalidToken],
  [factors.CodeRefused, "code-refused", 400, about("/code")],
  [factors.SignInEnded, "sign-in-ended", 400, about("")],
  [factors.SetUpEnded, "set-up-ended", 400, about("")],
  [factors.PhoneRefused, "phone-refused", 400, about("/phone")],
  [factors.FactorRequired, "factor-required", 400, about("")],
  [factors.NoSecondFactor, "no-second-factor", 400, about("")],
  [steps.SecondFactorRequired, "second-factor-required", 403, waitingSignIn],
  [steps.FactorUnavailable, "factor-unavailable", 400, aboutMember],
  [steps.FactorNotOffered, "factor-not-offered", 403, aboutMember],
  [steps.FactorsClosed, "factors-closed", 403],
  [steps.NotSignedIn, "not-signed-in", 401, notSignedIn],
  [steps.NotFresh, "not-fresh", 401, notFresh],
  [passwords.InvalidCredentials, "invalid-credentials", 400, about("")],
  [passwords.WrongPassword, "wrong-password", 400, about("/password")],
  [accounts.EmailTaken, "email-taken", 400, about("/email")],
  [accounts.EmailRefused, "email-refused", 400, about("/email")],
  [passwords.PasswordRefused, "password-refused", 400, reasonsAbout("/password")],
  [accounts.RegistrationClosed, "registration-closed", 403],
  [users.AccountGone, "credential-refused", 401, invalidToken],
  [recovery.ConfirmationRequired, "confirmation-required", 400, about("/email")],
  [recovery.EmailUnchanged, "email-unchanged", 400, about("/email")],
  [recovery.MailedCodeRefused, "mailed-code-refused", 400, about("/code")],
  [recovery.MailedLinkRefused, "mailed-link-refused", 400, about("")],
  [steps.MailNotConfigured, "mail-not-configured", 403],
  [passwords.HashingQueueFull, "hashing-queue-full", 503, retryAfter],
  [passwords.HashingUnavailable, "hashing-unavailable", 503, failed],
  [passkeys.PasskeyRefused, "passkey-refused", 400, about("/credential")],
  [passkeys.PasskeyUnknown, "passkey-unknown", 400, about("/credential")],
  [passkeys.PasskeyAttemptEnded, "passkey-attempt-ended", 400, about("")],
  [passkeys.PasskeyNameTaken, "passkey-name-taken", 400, about("/name")],
  [passkeys.PasskeyNameUnknown, "passkey-name-unknown", 400, about("/name")],
  [passkeys.PasskeyNotFound, "passkey-not-found", 404],
  [passkeys.PasskeyRequired, "passkey-required", 400, about("")],
  [passkeys.TooManyPasskeys, "too-many-passkeys", 403],
  [passkeys.PasskeysUnavailable, "passkeys-unavailable", 403],
  [jwt.JwtUnavailable, "jwt-unavailable", 403],
  [jwt.SubjectTokenRefused, "subject-token-refused", 400],
  [jwt.GrantTypeUnsupported, "grant-type-unsupported", 400],
  [jwt.ExchangeUnsupported, "exchange-unsupported", 400],
  [jwt.AudienceUnknown, "audience-unknown", 400],
  [jwt.ScopeExceeded, "scope-exceeded", 400],
  [TooManyAttempts, "too-many-attempts", 429, limited],
  [steps.NewPasswordRefused, "new-password-refused", 400, reasonsAbout("/new_password")],
  [steps.PasswordsDiffer, "passwords-differ", 400, aboutRepetition],
  [steps.IdentityMissing, "identity-missing", 400, about("/email")],
  [steps.SessionNotNarrowed, "session-not-narrowed", 400, about("/scopes")],
  [CrossSiteRequest, "cross-site-request", 403],
  [steps.NotReady, "not-ready", 503],
  [AssetNotFound, "asset-not-found", 404],
  [CodingNotAcceptable, "coding-not-acceptable", 406],
  [DatabaseBusy, "database-busy", 503, retryAfter],
  [DatabaseFailed, "database-unavailable", 503, failed],
];

/** The type of a problem, by its slug. */
function typeOf(slug: string): string {
  return `urn:kudos:problem:${slug}`;
}

/** Every problem of the table, for the start, which holds them to the contract. */
export const RAISED: readonly RaisedProblem[] = PROBLEMS.map(([, slug, status]) => ({ type: typeOf(slug), status }));

/**
 * The problem that an error of the application is told as: that of its class, else of the nearest class that it extends. Undefined for
 * an error of a class without a row, which is a fault.
 */
export function toProblem(error: unknown, table = PROBLEMS): HttpProblem | undefined {
  if (!(error instanceof Error)) return undefined;
  const named = namedByCode(error instanceof steps.About ? error.refusal : error);
  const row = rowOf(named, table);
  if (row === undefined) return undefined;
  const [, slug, status, options] = row;
  return new HttpProblem(status, {
    type: typeOf(slug),
    detail: named.message,
    cause: error,
    ...options?.(named as never),
    ...(error instanceof steps.About && about(error.pointer)(named)),
  });
}

function rowOf(error: Error, table: readonly ProblemRow[]): ProblemRow | undefined {
  for (let kind: unknown = error.constructor; typeof kind === "function"; kind = Object.getPrototypeOf(kind)) {
    const row = table.find(([known]) => known === kind);
    if (row !== undefined) return row;
  }
  return undefined;
}
