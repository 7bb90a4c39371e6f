import { HttpProblem, type ProblemError, type ProblemOptions } from "../contract/problem.ts";
import { TooManyAttempts } from "../domain/attempts/attempts.ts";
import * as domain from "../domain/errors.ts";
import * as steps from "../operations/steps/errors.ts";
import { CodingNotAcceptable } from "../representation/coding.ts";
import { CrossSiteRequest } from "../security/session-cookie.ts";
import { isBusy } from "../storage/sqlite/errors.ts";
import { AssetNotFound } from "../web/assets/asset.ts";

/** A class of errors, what it is called and means over HTTP, and what the client is told besides the message. */
export type ProblemRow = readonly [
  kind: new (...input: never[]) => Error,
  slug: string,
  status: number,
  options?: (error: never) => ProblemOptions,
];

/** Another process writes to the database for longer than a statement waits. */
export class DatabaseBusy extends Error {
  override readonly name = "DatabaseBusy";
  override readonly message = "The database is busy. Try again shortly.";
}

/**
 * The problem of each error. The slug ends the `type` of the problem (RFC 9457 §3.1.1), so clients know it: a class may be renamed, a
 * slug may not. The order of the rows has no meaning.
 */
export const PROBLEMS: readonly ProblemRow[] = [
  [domain.ArticleNotFound, "article-not-found", 404],
  [domain.ArticleChanged, "article-changed", 412],
  [domain.ArticleRefused, "article-refused", 400],
  [domain.LikeNotFound, "like-not-found", 404],
  [domain.LikeOfAnother, "like-of-another", 403],
  [domain.InvalidCursor, "invalid-cursor", 400, ({ message }: Error) => parameter("cursor", message)],
  [domain.TokenNotFound, "token-not-found", 404],
  [domain.TokenNotDerivable, "token-not-derivable", 403],
  [domain.TooManyTokens, "too-many-tokens", 403],
  [domain.ScopeUnknown, "scope-unknown", 400, ({ message }: Error) => field("/scopes", message)],
  [domain.SessionNotFound, "session-not-found", 404],
  [domain.CredentialEnded, "credential-ended", 401, invalidToken],
  [domain.InvalidCredentials, "invalid-credentials", 400, ({ message }: Error) => field("", message)],
  [domain.WrongPassword, "wrong-password", 400, ({ message }: Error) => field("/password", message)],
  [domain.EmailTaken, "email-taken", 400, ({ message }: Error) => field("/email", message)],
  [domain.EmailRefused, "email-refused", 400, ({ message }: Error) => field("/email", message)],
  [
    domain.PasswordRefused,
    "password-refused",
    400,
    ({ reasons }: domain.PasswordRefused) => field("/password", ...reasons),
  ],
  [domain.RegistrationClosed, "registration-closed", 403],
  [
    domain.HashingQueueFull,
    "hashing-queue-full",
    503,
    ({ retryAfterSeconds }: domain.HashingQueueFull) => retryAfter(retryAfterSeconds),
  ],
  [TooManyAttempts, "too-many-attempts", 429, limited],
  [
    steps.NewPasswordRefused,
    "new-password-refused",
    400,
    ({ reasons }: steps.NewPasswordRefused) => field("/new_password", ...reasons),
  ],
  [
    steps.PasswordsDiffer,
    "passwords-differ",
    400,
    ({ message, field: name }: steps.PasswordsDiffer) => field(`/${name}`, message),
  ],
  [steps.SessionNotNarrowed, "session-not-narrowed", 400, ({ message }: Error) => field("/scopes", message)],
  [CrossSiteRequest, "cross-site-request", 403],
  [AssetNotFound, "asset-not-found", 404],
  [CodingNotAcceptable, "coding-not-acceptable", 406],
  [DatabaseBusy, "database-busy", 503, () => retryAfter(1)],
];

/**
 * The problem that an error of the application is told as: that of its class, else of the nearest class that it extends. Undefined for
 * an error of a class without a row, which is a fault.
 */
export function toProblem(error: unknown, table = PROBLEMS): HttpProblem | undefined {
  if (!(error instanceof Error)) return undefined;
  // A busy database shows by the error code of SQLite, on errors of several classes.
  const named = isBusy(error) ? new DatabaseBusy(undefined, { cause: error }) : error;
  const row = rowOf(named, table);
  if (row === undefined) return undefined;
  const [, slug, status, options] = row;
  return new HttpProblem(status, {
    type: `urn:kudos:problem:${slug}`,
    detail: named.message,
    cause: error,
    ...options?.(named as never),
  });
}

function rowOf(error: Error, table: readonly ProblemRow[]): ProblemRow | undefined {
  for (let kind: unknown = error.constructor; typeof kind === "function"; kind = Object.getPrototypeOf(kind)) {
    const row = table.find(([known]) => known === kind);
    if (row !== undefined) return row;
  }
  return undefined;
}

function field(pointer: string, ...details: string[]): { errors: ProblemError[] } {
  return { errors: details.map((detail) => ({ pointer, detail })) };
}

function parameter(name: string, detail: string): { errors: ProblemError[] } {
  return { errors: [{ parameter: name, detail }] };
}

/** The challenge of a credential that is not good any more (RFC 6750 §3.1). */
function invalidToken(): ProblemOptions {
  return { headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' } };
}

/** `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers). */
function limited({ policy, limit, windowSeconds, remaining, retryAfterSeconds }: TooManyAttempts): ProblemOptions {
  return {
    headers: {
      ...retryAfter(retryAfterSeconds).headers,
      "RateLimit-Policy": `"${policy}";q=${limit};w=${windowSeconds}`,
      RateLimit: `"${policy}";r=${remaining};t=${retryAfterSeconds}`,
    },
  };
}

function retryAfter(seconds: number): { headers: Record<string, string> } {
  return { headers: { "Retry-After": String(seconds) } };
}
