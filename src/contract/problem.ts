import { STATUS_CODES } from "node:http";

/** The phrases of RFC 9110 §15. Node has two that this standard has replaced (§15.5.14, §15.5.21). */
const TITLES: Readonly<Record<number, string | undefined>> = {
  ...STATUS_CODES,
  413: "Content Too Large",
  422: "Unprocessable Content",
};

/** The statuses of errors that a handler may answer. */
export type ErrorStatus = 400 | 401 | 402 | 403 | 404 | 409 | 410 | 412 | 415 | 422 | 423 | 424 | 428 | 429 | OfServer;
type OfServer = 500 | 501 | 502 | 503 | 504;

/** One fault in the content or a parameter of a request; an extension member of the problem (RFC 9457 §3.2). */
export interface ProblemError {
  /** JSON pointer (RFC 6901) into the content; "" is the whole of it. */
  readonly pointer?: string;
  /** The name of a query, path, header or cookie parameter. */
  readonly parameter?: string;
  readonly detail: string;
}

/** Problem details (RFC 9457 §3.1). The error door adds `instance`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly ProblemError[];
  /** With 401: the credential is valid, and its user has to authenticate once more. */
  readonly reauth_required?: true;
}

/**
 * The problems of this runtime that say more than their status (RFC 9457 §4.2.1), with that status. The `type` of one is the type with
 * this name at its end that the operation declares, such as `urn:example:invalid-request`; `about:blank` where it declares none.
 */
export const RUNTIME_PROBLEMS = {
  "invalid-request": 400,
  "conflicting-credentials": 400,
  "authentication-required": 401,
  "credential-refused": 401,
  "reauthentication-required": 401,
  "cross-site-request": 403,
  "insufficient-scope": 403,
  "request-in-flight": 409,
  "idempotency-key-reused": 422,
} as const;

export type RuntimeProblem = keyof typeof RUNTIME_PROBLEMS;

export interface ProblemOptions {
  readonly type?: string;
  /** The problem, if it is one of the runtime's own: its type is a matter of the contract. */
  readonly reason?: RuntimeProblem;
  readonly detail?: string;
  readonly errors?: readonly ProblemError[];
  readonly reauthRequired?: true;
  /** Extension members of the problem (RFC 9457 §3.2), as they leave. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Header fields of the answer: `Allow`, `WWW-Authenticate`, `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
  /** Whether the cause is a fault of the server, which its log has to tell. */
  readonly fault?: boolean;
}

/** An error that is an answer: all of it is told to the client, except `cause`. */
export class HttpProblem extends Error {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  /** The problem, if it is one of the runtime's own; its type is that of the contract then. */
  readonly reason: RuntimeProblem | undefined;
  /** Whether the cause is a fault of the server, which its log has to tell. */
  readonly fault: boolean;

  constructor(status: number, options: ProblemOptions = {}) {
    const {
      type = "about:blank",
      reason,
      detail,
      errors,
      reauthRequired,
      members,
      headers = {},
      cause,
      fault = false,
    } = options;
    const title = TITLES[status] ?? "Error";
    const { stackTraceLimit } = Error;
    // An answer for the client's own fault needs no stack, and making one would cost more than the answer.
    if (status < 500) Error.stackTraceLimit = 0;
    super(detail ?? title, { cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.name = "HttpProblem";
    this.problem = {
      type,
      title,
      status,
      ...(detail && { detail }),
      ...(errors && { errors }),
      ...(reauthRequired && { reauth_required: reauthRequired }),
      ...members,
    };
    this.headers = headers;
    this.reason = reason;
    this.fault = fault;
  }
}
