import { nextTry } from "../../wording.ts";

interface Told {
  readonly status: number;
  readonly message: string;
  /** The type of the problem (RFC 9457), such as `urn:kudos:problem:invalid-credentials`. */
  readonly type?: string | undefined;
  /** The id of the request, to quote when asking about it. */
  readonly requestId?: string | null;
  /** The seconds of `Retry-After`. */
  readonly retryAfter?: number | null;
  /** Messages by form field; `""` for the whole form. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
  /** Whether the sign-in is valid and only too old: the password renews it. */
  readonly reauthRequired?: boolean;
  /** Whether the second factor is asked for, too, where the person has one (RFC 9470). */
  readonly everyFactor?: boolean;
  /** Whether a credential was sent and refused; a 401 without it only asks for one. */
  readonly credentialRefused?: boolean;
}

/** An answer other than a success, or no answer (status 0), with a message for the person who waits. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly status: number;
  readonly type: string | null;
  readonly requestId: string | null;
  readonly retryAfter: number | null;
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly reauthRequired: boolean;
  readonly everyFactor: boolean;
  readonly credentialRefused: boolean;

  constructor({ status, message, ...told }: Told) {
    super(message);
    this.status = status;
    this.type = told.type ?? null;
    this.requestId = told.requestId ?? null;
    this.retryAfter = told.retryAfter ?? null;
    this.fields = told.fields ?? {};
    this.reauthRequired = told.reauthRequired ?? false;
    this.everyFactor = told.everyFactor ?? false;
    this.credentialRefused = told.credentialRefused ?? false;
  }
}

/** An answer of openapi-fetch. */
interface Answer {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

/** The content of a successful answer. Throws a {@link Failure} for any other answer, and when there is none. */
export async function contentOf<Data>(answer: Promise<Answer & { readonly data?: Data }>): Promise<Data> {
  const { data, error, response } = await answerOf(answer);
  // Only a 204 has no content. Any other success without one is of somebody on the way, and says nothing about the server.
  if (response.ok && (data !== undefined || response.status === 204)) return data as Data;
  throw failureOf(response, error);
}

/** An answer of any status, for who can do something with one that is no success. Throws a {@link Failure} when there is none. */
export function answerOf<One extends Answer>(answer: Promise<One>): Promise<One> {
  return answer.catch(() => {
    throw new Failure({ status: 0, message: navigator.onLine ? "The server cannot be reached." : "You are offline." });
  });
}

/** The failure that an error tells, in either of the server's shapes: problem (RFC 9457) or envelope. */
export function failureOf(response: Response, body: unknown): Failure {
  const { type, detail, errors = [], reauth_required, response: inner } = (isObject(body) ? body : {}) as ErrorBody;
  const { status, headers } = response;
  const retryAfter = Number(headers.get("Retry-After") ?? Number.NaN);
  const wait = Number.isFinite(retryAfter) ? retryAfter : null;
  const challenge = headers.get("WWW-Authenticate") ?? "";
  return new Failure({
    status,
    message: sentence(status, wait) ?? inner?.errors?.join(" ") ?? detail ?? "The server does not accept this.",
    requestId: headers.get("X-Request-Id"),
    retryAfter: wait,
    fields: inner?.field_errors ?? fieldsOf(errors),
    type: inner?.type ?? type,
    reauthRequired: reauth_required === true || inner?.reauth_required === true,
    // RFC 6750 §3.1: the challenge names an error only when the request had a credential.
    credentialRefused: /\berror="invalid_token"/.test(challenge),
    everyFactor: /\bacr_values="[^"]*\bevery-factor\b/.test(challenge),
  });
}

/** The messages of a problem by the fields that they are about; "" for the whole form. */
function fieldsOf(errors: NonNullable<ErrorBody["errors"]>): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const { detail, pointer = "" } of errors) {
    const field = pointer.split("/")[1] ?? "";
    fields[field] = [...(fields[field] ?? []), detail];
  }
  return fields;
}

interface ErrorBody {
  readonly type?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly detail: string; readonly pointer?: string }[];
  readonly reauth_required?: boolean;
  readonly response?: {
    readonly type?: string;
    readonly errors?: readonly string[];
    readonly field_errors?: Readonly<Record<string, readonly string[]>>;
    readonly reauth_required?: boolean;
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function sentence(status: number, wait: number | null): string | undefined {
  if (status < 400) return "The answer did not arrive whole.";
  if (status === 429) return `That was tried too often. ${nextTry(wait)}`;
  if (status === 503) return `The server has too much to do just now. ${nextTry(wait)}`;
  if (status >= 500) return "It is not your fault: the server could not do it. Try again in a moment.";
  return undefined;
}
