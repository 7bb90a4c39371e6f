import fc from "fast-check";
import type { Operation } from "../../contract/document/operation.ts";
import { pathKeys } from "../http/path-template.ts";
import type { Run } from "../run.ts";
import { seek } from "../seek.ts";
import { bind, isSuccess, leanCall, settle } from "../state/provide.ts";

/** What was deleted is not there any more: not for GET, not for PATCH; a second DELETE gets an answer that is declared. */
export async function checkDeletion(run: Run, operation: Operation): Promise<void> {
  if (operation.method !== "DELETE" || pathKeys(operation).length === 0) return;
  const at = (method: string) =>
    run.subject.operations.find(
      (one) => one.path === operation.path && one.method === method && !run.options.except.includes(one.operationId),
    );
  await seek(run, operation, "use after delete", fc.constant(0), 1, async () => {
    const call = await leanCall(run, operation);
    if (call === undefined) return [];
    const reading = at("GET");
    const read = reading && (await leanCall(run, reading));
    const before = read && (await run.send(bind(read, call.parameters)));
    const deleted = await run.send(call);
    settle(run, deleted);
    if (!isSuccess(deleted)) return deleted.breaches;
    const breaches = [...(before?.breaches ?? []), ...deleted.breaches];
    for (const method of ["GET", "PATCH"]) {
      const using = at(method);
      const calls = using && run.calls.of(using, "lean");
      const [made] = calls === undefined ? [] : fc.sample(calls, { seed: run.options.seed, numRuns: 1 });
      if (made === undefined || (method === "GET" && before !== undefined && !isSuccess(before))) continue;
      const seen = await run.send(bind(made, call.parameters));
      if (isSuccess(seen))
        breaches.push(run.breach(seen, `answers ${seen.answer.status} after ${operation.operationId}`));
      breaches.push(...seen.breaches);
    }
    const again = await run.send(call);
    return [...breaches, ...again.breaches];
  });
}
