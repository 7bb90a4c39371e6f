import fc from "fast-check";
import type { Operation } from "../../contract/document/operation.ts";
import type { Seen } from "../breach.ts";
import type { Call } from "../http/call.ts";
import { pathKeys } from "../http/path-template.ts";
import type { Run } from "../run.ts";
import type { Bindings } from "./followable.ts";

export function isSuccess({ answer }: Pick<Seen, "answer">): boolean {
  return answer.status >= 200 && answer.status < 400;
}

/** The call with these values in place of its own. */
export function bind(call: Call, bindings: Bindings): Call {
  return { ...call, parameters: { ...call.parameters, ...bindings } };
}

/**
 * Values that lead to something which is there, for the parameters in an operation's path: those known, else those of something that is
 * made for it, by the operations whose links or whose paths lead here. Empty where the path has no parameters; undefined when nothing
 * could be made.
 */
export async function provide(
  run: Run,
  operation: Operation,
  asking: readonly Operation[] = [],
): Promise<Bindings | undefined> {
  const known = run.pool.latest(operation);
  if (pathKeys(operation).length === 0) return {};
  if (known !== undefined) return known;
  if (asking.length > 4) return undefined;
  for (const source of sourcesOf(run, operation)) {
    if (asking.includes(source)) continue;
    await succeed(run, source, [...asking, operation]);
    const made = run.pool.latest(operation);
    if (made !== undefined) return made;
  }
  return undefined;
}

/** Calls an operation with what it needs at least, until it succeeds; undefined when it does not. */
export async function succeed(
  run: Run,
  operation: Operation,
  asking: readonly Operation[] = [],
): Promise<Seen | undefined> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const call = await leanCall(run, operation, asking);
    if (call === undefined) return undefined;
    const seen = await run.send(call);
    settle(run, seen);
    if (isSuccess(seen)) return seen;
  }
  return undefined;
}

/** A valid call that has what the operation requires and no more, of something that is there. */
export async function leanCall(
  run: Run,
  operation: Operation,
  asking: readonly Operation[] = [],
): Promise<Call | undefined> {
  const calls = run.calls.of(operation, "lean");
  const bindings = calls && (await provide(run, operation, asking));
  if (calls === undefined || bindings === undefined) return undefined;
  const made = fc.sample(calls, { seed: run.options.seed + run.requests, numRuns: 5 });
  const call = made.find((one) => run.calls.allows(one)) ?? made[0];
  return call && bind(call, bindings);
}

/** Counts the answer to a valid call, and learns from it what is there and what is not. */
export function settle(run: Run, seen: Seen): void {
  const { call, answer } = seen;
  const { operation } = call;
  const tally = run.tallies.get(operation.operationId);
  if (isSuccess(seen)) {
    if (tally) tally.successes += 1;
    if (operation.method === "DELETE") run.pool.forget(operation, call.parameters);
    else run.pool.learn(seen);
    return;
  }
  run.refusals.set(operation.operationId, String(answer.status || "no answer"));
  // It is gone, or not to be had: the next call is to be of something else.
  if ([403, 404, 409, 410].includes(answer.status)) run.pool.drop(operation, call.parameters);
}

/** The operations that may lead to this one: those that make something, then those that list it. */
function sourcesOf(run: Run, target: Operation): Operation[] {
  const { links, operations } = run.subject;
  const linked = links.filter((link) => link.target === target).map(({ source }) => source);
  const collection = target.path.replace(/\/\{[^}]+\}.*$/, "");
  const above = target.path.replace(/\/\{[^}]+\}[^{}]*$/, "");
  const near = operations.filter(({ path }) => path === above || path === collection);
  const rank = ({ method }: Operation) => (method === "POST" || method === "PUT" ? 0 : 1);
  const all = [...linked, ...near].filter(
    ({ method, operationId }) => method !== "DELETE" && !run.options.except.includes(operationId),
  );
  return [...new Set(all)].filter((source) => source !== target).toSorted((one, other) => rank(one) - rank(other));
}
