import { problemsOfDeclared } from "../declared/audit.ts";
import { isSecured, type Operation, type SecurityScheme, schemesOf } from "../document/operation.ts";
import { type DeclaredProblems, nameOf, readProblems } from "../document/problem-types.ts";
import { RUNTIME_PROBLEMS, type RuntimeProblem } from "../problem.ts";
import { needsIfMatch } from "../request/precondition.ts";
import { narrowsAccept } from "../response/negotiation.ts";
import { demandsProof, needsScopes } from "../security/authorization.ts";
import { involvesCookies } from "../security/same-origin.ts";
import type { Subject } from "./subject.ts";

/** A problem that a request can meet; without a reason it says no more than its status. */
interface Possible {
  readonly status: number;
  readonly reason?: RuntimeProblem;
  /** Whether it is so rare that a document may leave it out: a 500 takes its place then. */
  readonly rare?: true;
}

/** The problems that this runtime itself can answer for an operation, and 412, which an operation with `If-Match` needs. */
function problemsOfTheRuntime(operation: Operation, schemes: ReadonlyMap<string, SecurityScheme>): Possible[] {
  const secured = isSecured(operation);
  const named = schemesOf(operation);
  const takesHeader = named.some((name) => schemes.get(name)?.node.in !== "cookie");
  return [
    { status: 400, reason: "invalid-request" },
    ...possible(named.length > 1 || takesHeader, { status: 400, reason: "conflicting-credentials" }),
    ...possible(
      secured,
      { status: 401, reason: "authentication-required" },
      { status: 401, reason: "credential-refused" },
    ),
    ...possible(demandsProof(operation), { status: 401, reason: "reauthentication-required" }),
    ...possible(involvesCookies(operation, schemes), { status: 403, reason: "cross-site-request" }),
    ...possible(needsScopes(operation), { status: 403, reason: "insufficient-scope" }),
    ...possible(narrowsAccept(operation), { status: 406 }),
    ...possible(needsIfMatch(operation), { status: 412 }, { status: 428 }),
    ...problemsOfDeclared(operation),
    ...possible(operation.requestContent !== undefined, { status: 413 }, { status: 415 }),
    { status: 500 },
    // Packages are loaded late: see load-late.ts.
    { status: 503, rare: true },
  ];
}

function possible(holds: boolean, ...problems: readonly Possible[]): readonly Possible[] {
  return holds ? problems : [];
}

/** The problems that an operation can answer and does not declare, and those that it declares and cannot answer, one phrase each. */
export function auditProblems(operation: Operation, subject: Subject): string[] {
  const declared = readProblems(subject.document, operation, subject.problemTypeMembers);
  const answers = problemsOfTheRuntime(operation, subject.schemes);
  const undeclared = answers.flatMap(({ status, reason, rare }) => {
    const problems = declared.get(status);
    if (rare) return [];
    if (problems === undefined) return [`can answer ${status}, which it does not declare`];
    // 412 is the application's: it knows the states.
    if (status === 412 || isDeclared(problems, reason)) return [];
    return [`can answer ${status} with the problem ${reason ?? BLANK}, which it does not declare`];
  });
  const impossible = [...declared].flatMap(([status, problems]) => {
    const obstacle = obstacleOf(operation, status);
    if (obstacle !== undefined) return [`declares ${status}, ${obstacle}`];
    return status < 400 ? [] : auditTypes(status, problems, answers, subject);
  });
  return [...new Set(undeclared), ...impossible];
}

const BLANK = "about:blank";

function isDeclared({ types, byName }: DeclaredProblems, reason: RuntimeProblem | undefined): boolean {
  return types === undefined || types.has(BLANK) || (reason !== undefined && byName.has(reason));
}

/** Why an operation cannot answer a status, whatever its handler does; undefined when it can. */
function obstacleOf({ requestContent, parameters, responses }: Operation, status: number): string | undefined {
  const takes = (...names: readonly string[]) =>
    parameters.some(({ name, in: where }) => where === "header" && names.includes(name.toLowerCase()));
  if (BEFORE_OPERATIONS.has(status)) return "which is answered before there is an operation";
  if ((status === 413 || status === 415) && !requestContent) return "but takes no content";
  if (status === 412 && !takes("if-match", "if-none-match", "if-unmodified-since")) return NO_CONDITION;
  if (status === 428 && !takes("if-match", "if-unmodified-since")) return NO_CONDITION;
  if (status !== 304) return undefined;
  if (!takes("if-none-match", "if-modified-since")) return NO_CONDITION;
  const validators = ["ETag", "Last-Modified"].some((name) => responses.get(200)?.headers.has(name));
  return validators ? undefined : "but its 200 has no ETag that a client could send back";
}

const NO_CONDITION = "but takes no header parameter with a condition for it (RFC 9110 §13.1)";

/** Statuses of requests that are refused before they are routed to an operation. */
const BEFORE_OPERATIONS: ReadonlySet<number> = new Set([405, 408, 417, 431, 505]);

/** The declared types of the problems of one status that nothing raises. */
function auditTypes(
  status: number,
  { types, byName, mediaTypes }: DeclaredProblems,
  answers: readonly Possible[],
  { problems }: Subject,
): string[] {
  if (types === undefined) {
    const isOpen = problems !== undefined && mediaTypes.length > 0;
    return isOpen ? [`does not enumerate the types of its problems with ${status}`] : [];
  }
  const atStatus = answers.filter((answer) => answer.status === status);
  const isRaised = (type: string): boolean => {
    const reason = nameOf(type);
    if (isReason(reason) && RUNTIME_PROBLEMS[reason] === status) {
      return atStatus.some((answer) => answer.reason === reason);
    }
    const unnamed =
      type === BLANK && atStatus.some((answer) => answer.reason === undefined || !byName.has(answer.reason));
    return (
      unnamed || problems === undefined || problems.some((raised) => raised.type === type && raised.status === status)
    );
  };
  return [...types]
    .filter((type) => !isRaised(type))
    .map((type) => `declares the problem ${type} with ${status}, which nothing raises`);
}

function isReason(name: string): name is RuntimeProblem {
  return Object.hasOwn(RUNTIME_PROBLEMS, name);
}

/** The problems of the application that no operation declares with their status, one sentence each. */
export function auditRaised({ document, operations, problems = [], problemTypeMembers }: Subject): string[] {
  const declared = operations.map((operation) => readProblems(document, operation, problemTypeMembers));
  return problems
    .filter(({ type, status }) => !declared.some((byStatus) => byStatus.get(status)?.types?.has(type)))
    .map(({ type, status }) => `the problem ${type} is declared with ${status} by no operation`);
}
