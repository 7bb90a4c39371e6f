import { HttpProblem, type ProblemError, type ProblemOptions } from "../contract/problem.ts";
import { TooManyAttempts } from "../domain/attempts/attempts.ts";
import * as domain from "../domain/errors.ts";
import { NewPasswordRefused, PasswordsDiffer } from "../operations/authentication.ts";
import { SessionNotNarrowed } from "../operations/steps/sign-in.ts";
import { CodingNotAcceptable } from "../representation/coding.ts";
import { CrossSiteRequest } from "../security/session-cookie.ts";
import { isBusy } from "../storage/sqlite/errors.ts";
import { AssetNotFound } from "../web/assets/asset.ts";

type Row = readonly [new (...input: never[]) => Error, number, ((error: never) => ProblemOptions)?];

/** What each error means over HTTP: its status, and what the client is told besides its message. */
const TABLE: readonly Row[] = [
  [domain.ArticleNotFound, 404],
  [domain.LikeNotFound, 404],
  [domain.LikeOfAnother, 403],
  [domain.TokenNotFound, 404],
  [domain.SessionNotFound, 404],
  [domain.CredentialEnded, 401, () => ({ headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' } })],
  [domain.TokenNotDerivable, 403],
  [domain.TooManyTokens, 403],
  [domain.ArticleChanged, 412],
  [domain.ArticleRefused, 400],
  [domain.ScopeUnknown, 400, ({ message }: Error) => field("/scopes", message)],
  [TooManyAttempts, 429, limited],
  [domain.InvalidCursor, 400, ({ message }: Error) => ({ errors: [{ parameter: "cursor", detail: message }] })],
  [domain.WrongPassword, 400, ({ message }: Error) => field("/password", message)],
  [domain.InvalidCredentials, 400, ({ message }: Error) => field("", message)],
  [domain.EmailTaken, 400, ({ message }: Error) => field("/email", message)],
  [domain.EmailRefused, 400, ({ message }: Error) => field("/email", message)],
  [NewPasswordRefused, 400, ({ reasons }: NewPasswordRefused) => field("/new_password", ...reasons)],
  [domain.PasswordRefused, 400, ({ reasons }: domain.PasswordRefused) => field("/password", ...reasons)],
  [domain.RegistrationClosed, 403],
  [domain.HashingQueueFull, 503, ({ retryAfterSeconds }: domain.HashingQueueFull) => retryAfter(retryAfterSeconds)],
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
