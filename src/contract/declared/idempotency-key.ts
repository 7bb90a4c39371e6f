import { createHash, randomUUID } from "node:crypto";
import type { Operation } from "../document/operation.ts";
import type { AnyHandlers, ServedRequest } from "../handler.ts";
import { HttpProblem } from "../problem.ts";
import type { Answer } from "../response/response.ts";
import { FIELD, readKey, takesIdempotencyKey } from "./idempotency-field.ts";
import type { Claim, ClaimedKey, IdempotencyOptions } from "./idempotency-store.ts";

/** The handler of any operation. */
type AnyHandler<P, HandlerContext> = AnyHandlers<P, HandlerContext>[string];

/** What the stage needs of the runtime. */
interface Runtime<P, HandlerContext> {
  readonly idempotency?: IdempotencyOptions<P, HandlerContext>;
  readonly now: () => Date;
}

/** Tells that an answer is a kept one; sent where the response declares it. Stripe has given it its name, and no standard has another. */
const REPLAYED = "Idempotent-Replayed";
/** A day. */
const EXPIRY_SECONDS = 86_400;

/**
 * A handler that runs once for each `Idempotency-Key` of a user (draft-ietf-httpapi-idempotency-key-header-07) and answers what it
 * answered then to the same request. The same key for another request is a 422, and while the first one is in flight a 409. Nothing is
 * kept of an error that was thrown and of an answer of 500 or more: the key is free again, and so is that of a request that is refused
 * before it reaches its handler.
 *
 * @param requireDeclared throws when the contract does not declare the answer and it is not sent: such a one is not kept
 * @returns the handler as it is for an operation that takes no key
 */
export function compileIdempotency<P, HandlerContext>(
  operation: Operation,
  handle: AnyHandler<P, HandlerContext>,
  { idempotency, now }: Runtime<P, HandlerContext>,
  requireDeclared: (answer: Answer) => void,
): AnyHandler<P, HandlerContext> {
  // The audit at the start has found a store where one is needed.
  if (idempotency === undefined || !takesIdempotencyKey(operation)) return handle;
  const { store, identityOf } = idempotency;
  const expiryMs = 1_000 * Number(operation.node["x-idempotency-expiry"] ?? EXPIRY_SECONDS);
  const fingerprintOf = compileFingerprint(operation);

  return async (request) => {
    const field: string | undefined = request.header[FIELD.toLowerCase() as never];
    if (field === undefined) return handle(request);
    const at = now();
    const claim: Claim = {
      key: digest([identityOf(request.principal), readKey(field)]),
      fingerprint: fingerprintOf(request),
      owner: randomUUID(),
      now: at,
      expiresAt: new Date(at.getTime() + expiryMs),
    };
    const claimed = await store.claim(claim);
    if (claimed !== undefined) return replay(operation, claimed, claim);
    let answer: Answer | undefined;
    try {
      const work = async (): Promise<Answer> => {
        answer = await handle(request);
        requireDeclared(answer);
        if (answer.status >= 500) throw new NotKept();
        const { status, mediaType, headers, body } = answer;
        return { status, mediaType, body, ...(headers && { headers }) };
      };
      if (!(await store.complete(claim, request, work))) throw inFlight();
    } catch (error) {
      // A key that cannot be freed now is free when its time is over; the client is told of the first error.
      await store.release(claim).catch(() => {});
      if (!(error instanceof NotKept)) throw error;
    }
    return answer as Answer;
  };
}

/** Takes back the unit of work of an answer that is not kept. */
class NotKept extends Error {}

/** The kept answer of an earlier request. Throws 409 and 422. */
function replay({ responses }: Operation, { fingerprint, answer }: ClaimedKey, claim: Claim): Answer {
  if (fingerprint !== claim.fingerprint) {
    throw new HttpProblem(422, {
      reason: "idempotency-key-reused",
      detail: `This ${FIELD} belongs to another request. Take a new one for each request.`,
    });
  }
  if (answer === undefined) throw inFlight();
  if (!responses.get(answer.status)?.headers.has(REPLAYED)) return answer;
  return { ...answer, headers: { ...answer.headers, [REPLAYED]: "true" } };
}

function inFlight(): HttpProblem {
  return new HttpProblem(409, {
    reason: "request-in-flight",
    detail: `The first request with this ${FIELD} is still in flight. Try again shortly.`,
    headers: { "Retry-After": "1" },
  });
}

/** Makes the digest of a request: what two requests differ in that are not the same. */
function compileFingerprint<P, HandlerContext>(
  operation: Operation,
): (request: ServedRequest<P, HandlerContext>) => string {
  const successes = [...operation.responses.values()].filter(({ status }) => status < 400);
  const mediaTypes = [...new Set(successes.flatMap((response) => [...response.mediaTypes.keys()]))];
  return ({ path, query, header, cookie, body, accepts }) => {
    const { [FIELD.toLowerCase()]: _, ...fields } = header as Record<string, unknown>;
    const accepted = mediaTypes.length > 1 ? accepts(...mediaTypes) : undefined;
    return digest([operation.operationId, path, query, fields, cookie, accepted, body]);
  };
}

function digest(parts: readonly unknown[]): string {
  const text = JSON.stringify(parts, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  return createHash("sha256").update(text).digest("base64url");
}
