import fc from "fast-check";
import type { Operation } from "../../contract/document/operation.ts";
import type { Breach, Seen } from "../breach.ts";
import { type Call, pathOf } from "../http/call.ts";
import { patternOf } from "../http/path-template.ts";
import { fieldOf } from "../http/read-answer.ts";
import type { Run } from "../run.ts";
import { seek } from "../seek.ts";
import { leanCall } from "../state/provide.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** A method that a path does not declare gets 405, with an `Allow` that names those that it does (RFC 9110 §15.5.6). */
export async function checkMethods(run: Run, operations: readonly Operation[]): Promise<void> {
  const [operation] = operations;
  if (operation === undefined) return;
  const declared = operations.map(({ method }) => method);
  for (const method of METHODS.filter((one) => !declared.includes(one))) {
    await seek(run, operation, `method ${method}`, fc.constant(method), 1, async () => {
      const call = await strayCall(run, operation);
      if (call === undefined || isOfAnother(run, operation, method, pathOf(call))) return [];
      const seen = await run.sendStray({ ...call, method });
      return [...seen.breaches, ...refused(run, seen, method, declared)];
    });
  }
}

/** A path that the document does not have gets 404, also below one that it has. */
export async function checkPaths(run: Run, operations: readonly Operation[]): Promise<void> {
  for (const operation of operations) {
    await seek(run, operation, "unknown path", fc.constant(0), 1, async () => {
      const call = await strayCall(run, operation);
      if (call === undefined) return [];
      const path = `${operation.path.replace(/\/$/, "")}/no-such-path`;
      const stray = { ...call, operation: { ...operation, path } };
      if (run.subject.operations.some((other) => patternOf(other.path).test(pathOf(stray)))) return [];
      const seen = await run.sendStray(stray);
      const { status } = seen.answer;
      if (status === 404 || isGuarded(run, status)) return seen.breaches;
      return [...seen.breaches, run.breach(seen, `answers ${status} at ${path}, which is not declared`)];
    });
  }
}

async function strayCall(run: Run, operation: Operation): Promise<Call | undefined> {
  const call = await leanCall(run, operation);
  return call && { ...call, content: undefined };
}

/** Does another path template, which the same path is of, have the method? */
function isOfAnother(run: Run, operation: Operation, method: string, path: string): boolean {
  return run.subject.operations.some(
    (other) => other.path !== operation.path && other.method === method && patternOf(other.path).test(path),
  );
}

function refused(run: Run, seen: Seen, method: string, declared: readonly string[]): Breach[] {
  const { status } = seen.answer;
  const { path } = seen.call.operation;
  if (isGuarded(run, status)) return [];
  if (status !== 405)
    return [run.breach(seen, `answers ${status} to ${method} at ${path}, which is not declared, instead of 405`)];
  const field = fieldOf(seen.answer, "allow");
  if (field === undefined) return [];
  const allowed = field
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  const missing = declared.filter((one) => !allowed.includes(one));
  const extra = allowed.filter((one) => !declared.includes(one) && !["HEAD", "OPTIONS", "TRACE"].includes(one));
  if (missing.length === 0 && extra.length === 0) return [];
  return [
    run.breach(
      seen,
      `405 at ${path} has Allow: ${field}, and ${declared.join(", ")} ${declared.length === 1 ? "is" : "are"} declared`,
    ),
  ];
}

/** Was the request turned away before anybody looked at its method and path? */
function isGuarded({ options }: Run, status: number): boolean {
  const isAnonymous = Object.keys(options.credentials).length === 0;
  return status === 0 || status === 429 || status === 503 || (isAnonymous && (status === 401 || status === 403));
}
