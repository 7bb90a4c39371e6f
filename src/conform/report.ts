/** A breach of the document that was seen in an answer. */
export interface Fault {
  readonly operation: string;
  /** The check that found it, to be replayed. */
  readonly check: string;
  /** One sentence. */
  readonly what: string;
  /** The request, as a command of curl. */
  readonly request: string;
  /** The answer, in a few lines. */
  readonly answer: string;
  /** What `--path` takes. */
  readonly path: string;
}

/** What an operation was answered with. */
export interface Tally {
  requests: number;
  /** Answers 2xx and 3xx to requests that were valid. */
  successes: number;
  /** Answers 429 and 503: nothing was shown by them. */
  turnedAway: number;
  /** Requests with a single violation that were refused for another reason, by a status of {@link OTHER_REASONS}: these may hide a fault. */
  hidden: number;
}

/** Statuses that tell nothing of a violation in the request: they are about the state of what it is for, or about the client. */
export const OTHER_REASONS: ReadonlySet<number> = new Set([404, 409, 410, 412, 429]);

/** The tally of an operation before its first request. */
export const emptyTally = (): Tally => ({ requests: 0, successes: 0, turnedAway: 0, hidden: 0 });

/** The result of a run. */
export interface Report {
  readonly server: string;
  readonly seed: number;
  readonly requests: number;
  readonly faults: readonly Fault[];
  readonly operations: Readonly<Record<string, Readonly<Tally>>>;
  /** Operations that never succeeded, each with the reason that was seen. */
  readonly notExercised: readonly string[];
  /** What is no fault, and worth knowing. */
  readonly notes: readonly string[];
}

/** The report for people. `again` is the command line, to be replayed. */
export function describeReport(report: Report, again: string): string {
  const { faults, notExercised, notes, operations, requests, seed, server } = report;
  const counts = (of: "turnedAway" | "hidden") =>
    Object.entries(operations).flatMap(([id, tally]) => (tally[of] > 0 ? [`${id} ${tally[of]}`] : []));
  const [turnedAway, hidden] = [counts("turnedAway"), counts("hidden")];
  const reasons = [...OTHER_REASONS].join(", ");
  const blocks = faults.map(({ operation, check, what, request, answer, path }, index) =>
    [
      `${index + 1}. ${operation}: ${what}`,
      `   check    ${check}`,
      `   request  ${request}`,
      `   answer   ${answer.replaceAll("\n", "\n            ")}`,
      `   again    ${again} --seed ${seed} --path '${path.replaceAll("'", `'\\''`)}'`,
    ].join("\n"),
  );
  const called = Object.keys(operations).length;
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  return [
    ...blocks.flatMap((block) => [block, ""]),
    ...(turnedAway.length > 0 ? [`turned away by 429 or 503: ${turnedAway.join(", ")}`] : []),
    ...(hidden.length > 0 ? [`violations answered by one of ${reasons}, so not seen: ${hidden.join(", ")}`] : []),
    ...notExercised.map((line) => `not exercised: ${line}`),
    ...notes.map((note) => `note: ${note}`),
    `${count} in ${requests} requests to ${called} ${called === 1 ? "operation" : "operations"} of ${server}, seed ${seed}`,
  ].join("\n");
}
