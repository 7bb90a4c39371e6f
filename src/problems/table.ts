import { HttpProblem, type ProblemError, type ProblemOptions } from "../contract/problem.ts";
import { EmailRefused, EmailTaken, RegistrationClosed } from "../domain/accounts/errors.ts";
import {
  ArticleChanged,
  ArticleNotFound,
  ArticleRefused,
  LikeNotFound,
  LikeOfAnother,
} from "../domain/articles/errors.ts";
import { TooManyAttempts } from "../domain/attempts/attempts.ts";
import {
  CredentialEnded,
  SessionNotFound,
  TokenNotDerivable,
  TokenNotFound,
  TooManyTokens,
} from "../domain/credentials/errors.ts";
import { InvalidCursor } from "../domain/list-page.ts";
import { HashingQueueFull, InvalidCredentials, PasswordRefused, WrongPassword } from "../domain/passwords/errors.ts";
import { ScopeUnknown } from "../domain/scope.ts";
import { NewPasswordRefused, PasswordsDiffer } from "../operations/authentication.ts";
import { SessionNotNarrowed } from "../operations/steps/sign-in.ts";
import { CodingNotAcceptable } from "../representation/coding.ts";
import { CrossSiteRequest } from "../security/session-cookie.ts";
import { isBusy } from "../storage/sqlite/errors.ts";
import { AssetNotFound } from "../web/assets/asset.ts";

type Row = readonly [new (...input: never[]) => Error, number, ((error: never) => ProblemOptions)?];

/** What each error means over HTTP: its status, and what the client is told besides its message. */
const TABLE: readonly Row[] = [
  [ArticleNotFound, 404],
  [LikeNotFound, 404],
  [LikeOfAnother, 403],
  [TokenNotFound, 404],
  [SessionNotFound, 404],
  [CredentialEnded, 401, () => ({ headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' } })],
  [TokenNotDerivable, 403],
  [TooManyTokens, 403],
  [ArticleChanged, 412],
  [ArticleRefused, 400],
  [ScopeUnknown, 400, ({ message }: Error) => field("/scopes", message)],
  [TooManyAttempts, 429, limited],
  [InvalidCursor, 400, ({ message }: Error) => ({ errors: [{ parameter: "cursor", detail: message }] })],
  [WrongPassword, 400, ({ message }: Error) => field("/password", message)],
  [InvalidCredentials, 400, ({ message }: Error) => field("", message)],
  [EmailTaken, 400, ({ message }: Error) => field("/email", message)],
  [EmailRefused, 400, ({ message }: Error) => field("/email", message)],
  [NewPasswordRefused, 400, ({ reasons }: NewPasswordRefused) => field("/new_password", ...reasons)],
  [PasswordRefused, 400, ({ reasons }: PasswordRefused) => field("/password", ...reasons)],
  [RegistrationClosed, 403],
  [HashingQueueFull, 503, ({ retryAfterSeconds }: HashingQueueFull) => retryAfter(retryAfterSeconds)],
  [SessionNotNarrowed, 400, ({ message }: Error) => field("/scopes", message)],
  [PasswordsDiffer, 400, ({ message, field: name }: PasswordsDiffer) => field(`/${name}`, message)],
  [CrossSiteRequest, 403],
  [AssetNotFound, 404],
  [CodingNotAcceptable, 406],
];

/** The problem that an error of the application is told as; undefined for an error that the table does not know. */
export function toProblem(error: unknown): HttpProblem | undefined {
  if (!(error instanceof Error)) return undefined;
  if (isBusy(error)) return databaseBusy(error);
  const row = TABLE.find(([kind]) => error instanceof kind);
  if (!row) return undefined;
  const [kind, status, options] = row;
  const name = kind.name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
  return new HttpProblem(status, {
    type: `urn:kudos:problem:${name}`,
    detail: error.message,
    cause: error,
    ...options?.(error as never),
  });
}

/** Another process writes for longer than a statement waits. */
function databaseBusy(cause: Error): HttpProblem {
  return new HttpProblem(503, {
    type: "urn:kudos:problem:database-busy",
    detail: "The database is busy. Try again shortly.",
    cause,
    ...retryAfter(1),
  });
}

function field(pointer: string, ...details: string[]): { errors: ProblemError[] } {
  return { errors: details.map((detail) => ({ pointer, detail })) };
}

/** `RateLimit` and `RateLimit-Policy` as draft-ietf-httpapi-ratelimit-headers has them. */
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
