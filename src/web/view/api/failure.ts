import { nextTry } from "../../wording.ts";

interface Told {
  readonly status: number;
  readonly message: string;
  /** What to quote when asking about it. */
  readonly requestId?: string | null;
  /** Seconds until it is worth trying again. */
  readonly retryAfter?: number | null;
  /** Messages by form field; `""` for the whole form. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
  /** The sign-in is valid and only too old: the password makes it new. */
  readonly reauthRequired?: boolean;
  /** There was a credential, and it is not good; without one the server only says that it wants one. */
  readonly credentialRefused?: boolean;
}

/** An answer that is not what was asked for, or none at all (status 0), in words for the person who asked. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly status: number;
  readonly requestId: string | null;
  readonly retryAfter: number | null;
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly reauthRequired: boolean;
  readonly credentialRefused: boolean;

  constructor({ status, message, requestId, retryAfter, fields, reauthRequired, credentialRefused }: Told) {
    super(message);
    this.status = status;
    this.requestId = requestId ?? null;
    this.retryAfter = retryAfter ?? null;
    this.fields = fields ?? {};
    this.reauthRequired = reauthRequired ?? false;
    this.credentialRefused = credentialRefused ?? false;
  }
}

/** What an answer of openapi-fetch holds. */
interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The content of a successful answer. Throws a {@link Failure} for any other, and for none. */
export async function contentOf<Data>(answer: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await answer.catch(() => {
    throw new Failure({ status: 0, message: navigator.onLine ? "The server cannot be reached." : "You are offline." });
  });
  // `undefined` is the content of a 204.
  if (response.ok) return data as Data;
  throw failureOf(response, error);
}

/** Reads both shapes in which the server tells an error: the problem (RFC 9457) and the envelope. */
function failureOf(response: Response, body: unknown): Failure {
  const { detail, reauth_required, response: inner } = (isObject(body) ? body : {}) as ErrorBody;
  const { status, headers } = response;
  const retryAfter = Number(headers.get("Retry-After") ?? Number.NaN);
  const wait = Number.isFinite(retryAfter) ? retryAfter : null;
  return new Failure({
    status,
    message: sentence(status, wait) ?? inner?.errors?.join(" ") ?? detail ?? "The server does not accept this.",
    requestId: headers.get("X-Request-Id"),
    retryAfter: wait,
    fields: inner?.field_errors ?? {},
    reauthRequired: reauth_required === true || inner?.reauth_required === true,
    // RFC 6750, section 3.1: a request without a credential is not told of an error.
    credentialRefused: /\berror="invalid_token"/.test(headers.get("WWW-Authenticate") ?? ""),
  });
}

interface ErrorBody {
  readonly detail?: string;
  readonly reauth_required?: boolean;
  readonly response?: {
    readonly errors?: readonly string[];
    readonly field_errors?: Readonly<Record<string, readonly string[]>>;
    readonly reauth_required?: boolean;
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function sentence(status: number, wait: number | null): string | undefined {
  if (status === 429) return `That was tried too often. ${nextTry(wait)}`;
  if (status === 503) return `The server has too much to do just now. ${nextTry(wait)}`;
  if (status >= 500) return "It is not your fault: the server could not do it. Try again in a moment.";
  return undefined;
}
