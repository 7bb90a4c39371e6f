import fc from "fast-check";
import type { Operation } from "../../contract/document/operation.ts";
import type { Run } from "../run.ts";
import { seek } from "../seek.ts";
import { bind, provide, settle } from "../state/provide.ts";

/** Valid requests get a success or a refusal that is declared. Three of four are about something that is there. */
export async function checkRequests(run: Run, operation: Operation): Promise<void> {
  const [lean, rich] = [run.calls.of(operation, "lean"), run.calls.of(operation, "rich")];
  if (lean === undefined || rich === undefined) {
    run.notes.add(`${operation.operationId}: no valid request can be made of its schemas`);
    return;
  }
  const cases = fc.record({ call: fc.oneof(lean, rich), chance: fc.nat(3) });
  await seek(run, operation, "requests", cases, run.options.runs, async ({ call, chance }) => {
    const bindings = chance === 3 ? undefined : await provide(run, operation);
    const whole = bindings === undefined ? call : bind(call, bindings);
    if (!run.calls.allows(whole)) return [];
    const seen = await run.send(whole);
    settle(run, seen);
    return seen.breaches;
  });
}
