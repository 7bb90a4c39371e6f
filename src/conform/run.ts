import type { Breach, Seen } from "./breach.ts";
import { Calls } from "./calls.ts";
import { contentOf, faultsOf, protocolFaults } from "./checks/answer.ts";
import { type Call, requestOf, type Wiring } from "./http/call.ts";
import { exchange, NoAnswer, Unreachable, type WireRequest } from "./http/exchange.ts";
import type { RawAnswer } from "./http/read-answer.ts";
import type { ConformOptions } from "./options.ts";
import { emptyTally, type Fault, type Tally } from "./report.ts";
import { Pool } from "./state/pool.ts";
import type { Subject } from "./subject.ts";

/** One run of all checks: sends, counts, and keeps what was found. */
export class Run {
  readonly subject: Subject;
  readonly options: ConformOptions;
  readonly calls: Calls;
  readonly pool: Pool;
  readonly faults = new Map<string, Fault>();
  readonly tallies = new Map<string, Tally>();
  readonly notes = new Set<string>();
  /** What the last refusal of a valid request was, by operation. */
  readonly refusals = new Map<string, string>();
  /** The schemes whose credential has been accepted. */
  readonly working = new Set<string>();
  requests = 0;
  #hasAnswered = false;
  #isGone = false;
  readonly #wiring: Wiring;
  /** The name of the variable that a report shows instead, by the credential. */
  readonly secrets: ReadonlyMap<string, string>;

  constructor(subject: Subject, options: ConformOptions) {
    this.subject = subject;
    this.options = options;
    this.calls = new Calls(subject, options.credentials);
    this.pool = new Pool(subject);
    this.#wiring = { server: options.server, schemes: subject.schemes, headers: options.headers };
    this.secrets = new Map(Object.entries(options.credentials).map(([name, text]) => [text, variableOf(name)]));
    for (const { operationId } of subject.operations) this.tallies.set(operationId, emptyTally());
  }

  /** Is there nothing more to find: the first fault was enough, or the server is gone? */
  get isOver(): boolean {
    return this.#isGone || (this.options.failFast && this.faults.size > 0);
  }

  /** Sends a call, and holds the answer to the operation. */
  async send(call: Call): Promise<Seen> {
    const method = call.method ?? call.operation.method;
    const request = requestOf(call, this.#wiring);
    return this.#exchange(call, request, (answer) =>
      isTooLong(request, answer)
        ? protocolFaults(method, answer)
        : faultsOf(this.subject, call.operation, method, answer),
    );
  }

  /** Sends what is a call of no operation; the answer is held to HTTP alone. */
  async sendStray(call: Call): Promise<Seen> {
    const request = requestOf(call, this.#wiring);
    return this.#exchange(call, request, (answer) => [
      ...(answer.status >= 500 && answer.status !== 501 ? [`answers ${answer.status}`] : []),
      ...protocolFaults(request.method, answer),
    ]);
  }

  /** A further breach, which a check sees in an exchange. */
  breach({ call, request, answer }: Seen, what: string): Breach {
    return { operation: call.operation.operationId, what, request, answer };
  }

  async #exchange(call: Call, request: WireRequest, judge: (answer: RawAnswer) => readonly string[]): Promise<Seen> {
    const { server, timeout } = this.options;
    const operation = call.operation.operationId;
    const url = `${server.origin}${request.target}`;
    this.requests += 1;
    const tally = this.tallies.get(operation);
    if (tally) tally.requests += 1;
    try {
      const answer = await exchange(server, request, timeout);
      this.#hasAnswered = true;
      if (tally && (answer.status === 429 || answer.status === 503)) tally.turnedAway += 1;
      const breaches = judge(answer).map((what) => ({ operation, what, request, answer }));
      return { call, request, answer, value: contentOf(answer), url, breaches };
    } catch (error) {
      // A server that was there and is there no more has fallen over by a request.
      this.#isGone ||= error instanceof Unreachable && this.#hasAnswered;
      if (!(error instanceof NoAnswer) && !this.#isGone) throw error;
      const answer = { status: 0, headers: [], body: Buffer.alloc(0), excess: 0 };
      return {
        call,
        request,
        answer,
        value: undefined,
        url,
        breaches: [
          { operation, what: this.#isGone ? "the server is gone" : messageOf(error), request, answer: undefined },
        ],
      };
    }
  }
}

/**
 * Was the head of the request refused for its length, before anybody could ask which operation it was for? No server has to take more than
 * 8000 bytes of a request line (RFC 9112 §3).
 */
function isTooLong({ target, headers }: WireRequest, { status }: RawAnswer): boolean {
  const length = headers.reduce((sum, [name, value]) => sum + name.length + value.length, target.length);
  return (status === 414 || status === 431) && length > 8_000;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The name of a shell variable for a credential. */
export function variableOf(scheme: string): string {
  return scheme
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll(/\W/g, "_")
    .toUpperCase();
}
