import type { Operation } from "../contract/document/operation.ts";
import { checkAccept, checkContent } from "./checks/content.ts";
import { checkDeletion } from "./checks/deletion.ts";
import { checkLinks } from "./checks/links.ts";
import { checkMethods, checkPaths } from "./checks/methods.ts";
import { checkCondition, checkHead } from "./checks/reading.ts";
import { checkRequests } from "./checks/requests.ts";
import { checkSecurity } from "./checks/security.ts";
import { checkViolations } from "./checks/violations.ts";
import type { ConformOptions } from "./options.ts";
import { emptyTally, type Report } from "./report.ts";
import { Run } from "./run.ts";
import type { Subject } from "./subject.ts";

type Check = (run: Run, operation: Operation) => Promise<void>;

/** The checks of an operation, in the order in which they are made: the first show what is there, the last take it away. */
const CHECKS: readonly Check[] = [
  checkRequests,
  checkLinks,
  checkHead,
  checkCondition,
  checkSecurity,
  checkContent,
  checkAccept,
  checkViolations,
  checkDeletion,
];

/** Names of what may end the credentials of the run, and of what is likely to. */
const [MAY_END, ENDS] = [/session|password|credential|token|account|\bme\b/i, /log.?out|sign.?out|log.?off|revoke/i];

/**
 * Holds a server to its document, by valid requests, single violations, missing and wrong credentials, links and deletions. It changes
 * what is on the server. Throws {@link Unreachable} when there is no server.
 */
export async function conform(subject: Subject, options: ConformOptions): Promise<Report> {
  const run = new Run(subject, options);
  const chosen = subject.operations.filter(
    ({ operationId }) =>
      !options.except.includes(operationId) && (options.only.length === 0 || options.only.includes(operationId)),
  );
  for (const group of [0, 1, 2, 3].map((danger) => chosen.filter((operation) => dangerOf(operation) === danger))) {
    const ordered = group.toSorted((one, other) => rankOf(one) - rankOf(other));
    const paths = Map.groupBy(ordered, ({ path }) => path);
    for (const check of CHECKS) {
      for (const operation of ordered) {
        if (!run.isOver) await check(run, operation);
      }
      if (check !== checkSecurity) continue;
      // All methods of a path, also of operations that are not checked.
      for (const path of paths.keys())
        await checkMethods(
          run,
          subject.operations.filter((one) => one.path === path),
        );
      await checkPaths(
        run,
        [...paths.values()].flatMap(([first]) => first ?? []),
      );
    }
  }
  return reportOf(run, chosen);
}

/** Operations that may end the credentials come last; first among them those that end one thing, which was made for it. */
function dangerOf({ operationId, path, method }: Operation): number {
  const name = `${operationId} ${path}`;
  if (method === "GET" || !(MAY_END.test(name) || ENDS.test(name))) return 0;
  if (method !== "DELETE" && !ENDS.test(name)) return 1;
  return path.endsWith("}") ? 2 : 3;
}

/** What makes things comes before what needs them, and what deletes them at the end. */
function rankOf({ method, path }: Operation): number {
  const depth = path.split("{").length - 1;
  return (method === "DELETE" ? 100 : method === "POST" ? 0 : 1) + depth * 10;
}

function reportOf(run: Run, chosen: readonly Operation[]): Report {
  const { options, subject } = run;
  const tallies = chosen.map(({ operationId }) => [operationId, run.tallies.get(operationId) ?? emptyTally()] as const);
  const idle = options.replay === undefined ? tallies.filter(([, { successes }]) => successes === 0) : [];
  return {
    server: options.server.href,
    seed: options.seed,
    requests: run.requests,
    faults: [...run.faults.values()],
    operations: Object.fromEntries(tallies),
    notExercised: idle.map(
      ([id]) =>
        `${id}: ${reasonFor(
          run,
          subject.operations.find(({ operationId }) => operationId === id),
        )}`,
    ),
    notes: [...run.notes],
  };
}

function reasonFor({ refusals }: Run, operation: Operation | undefined): string {
  const status = refusals.get(operation?.operationId ?? "");
  return status === undefined
    ? "no valid request was made"
    : `no valid request succeeded; the last answer was ${status}`;
}
