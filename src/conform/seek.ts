import { createHash } from "node:crypto";
import fc from "fast-check";
import type { Operation } from "../contract/document/operation.ts";
import type { Breach } from "./breach.ts";
import { curlOf } from "./http/curl.ts";
import type { RawAnswer } from "./http/read-answer.ts";
import type { Fault } from "./report.ts";
import type { Run } from "./run.ts";

/** A breach as an error: what a property throws makes fast-check look for a smaller case with the same breach. */
class Shown extends Error {
  readonly breach: Breach;

  constructor(breach: Breach) {
    super(breach.what);
    this.breach = breach;
  }
}

/** The longest time that is spent on making one case smaller, in milliseconds. */
const SHRINKING = 5_000;

/**
 * Looks for breaches in generated cases, in at most four rounds. Each round ends at the first breach that is not known yet, whose case is
 * made as small as possible; a round that finds none is the last.
 *
 * @param id names the check within its operation, also for a replay
 * @param runs how many cases a round has
 */
export async function seek<Case>(
  run: Run,
  operation: Operation,
  id: string,
  cases: fc.Arbitrary<Case>,
  runs: number,
  look: (one: Case) => Promise<readonly Breach[]>,
): Promise<void> {
  const check = `${operation.operationId} ${id}`;
  const [wanted, path] = /^(.*)@([\d:]*)$/.exec(run.options.replay ?? "")?.slice(1) ?? [];
  if (run.isOver || (run.options.replay !== undefined && wanted !== check)) return;
  const seed = seedOf(run.options.seed, check);
  for (let round = 0; round < 4; round += 1) {
    const details = await fc.check(property(run, cases, look), {
      seed,
      numRuns: runs,
      endOnFailure: path !== undefined,
      interruptAfterTimeLimit: runs * run.options.timeout + SHRINKING,
      ...(path ? { path } : {}),
    });
    const { errorInstance: error } = details;
    if (!details.failed || details.counterexample === null) return;
    if (!(error instanceof Shown)) throw error;
    keep(run, error.breach, check, details.counterexamplePath ?? "");
    if (run.isOver || path !== undefined) return;
  }
}

function property<Case>(run: Run, cases: fc.Arbitrary<Case>, look: (one: Case) => Promise<readonly Breach[]>) {
  let target: string | undefined;
  let until = Number.POSITIVE_INFINITY;
  let isBroken = false;
  return fc.asyncProperty(cases, async (one) => {
    // An error of `look` itself, such as a server that is gone, is no breach. All cases after it pass, so that no smaller one is looked for.
    if (isBroken) return;
    // The time for making the case smaller is over: all further cases pass, which ends the search.
    if (performance.now() > until) return;
    const all = await look(one).catch((error: unknown) => {
      isBroken = true;
      throw error;
    });
    // Only the same breach makes a smaller case count. Another one that it shows is found in a later round.
    const found = all.find((breach) =>
      target === undefined ? !run.faults.has(keyOfBreach(breach)) : keyOfBreach(breach) === target,
    );
    if (found === undefined) return;
    if (target === undefined) until = performance.now() + SHRINKING;
    target = keyOfBreach(found);
    throw new Shown(found);
  });
}

function keep(run: Run, { operation, what, request, answer }: Breach, check: string, path: string): void {
  const fault: Fault = {
    operation,
    check,
    what,
    request: shortened(curlOf(run.options.server, request, run.secrets)),
    answer: answer === undefined ? "none" : describe(answer),
    path: `${check}@${path}`,
  };
  run.faults.set(keyOfBreach({ operation, what }), fault);
}

/** The longest command that is shown, in characters. */
const LONGEST = 4_000;

function shortened(command: string): string {
  return command.length <= LONGEST
    ? command
    : `${command.slice(0, LONGEST)}… # ${command.length} characters; --path sends them again`;
}

/** The same breach, wherever in a list it was. */
function keyOfBreach({ operation, what }: Pick<Breach, "operation" | "what">): string {
  return `${operation} ${what.replaceAll(/\/\d+/g, "/…")}`;
}

/** The seed of one check: a number of 31 bits that follows from the seed of the run, so that a replay makes the same cases. */
function seedOf(seed: number, check: string): number {
  return createHash("sha256").update(`${seed} ${check}`).digest().readInt32BE() & 0x7fffffff;
}

function describe({ status, headers, body }: RawAnswer): string {
  const told = headers.filter(([name]) => /^(content-type|allow|www-authenticate|location|retry-after)$/i.test(name));
  const text = body.toString();
  const fields = told.map(([name, value]) => `${name}: ${value}`).join(", ");
  return [
    `${status}${fields === "" ? "" : ` (${fields})`}`,
    ...(text === "" ? [] : [text.length > 400 ? `${text.slice(0, 400)}…` : text]),
  ].join("\n");
}
