import fc from "fast-check";
import type { Operation } from "../../contract/document/operation.ts";
import type { Breach, Seen } from "../breach.ts";
import type { Call } from "../http/call.ts";
import type { Run } from "../run.ts";
import { seek } from "../seek.ts";
import { type Bindings, followable } from "../state/followable.ts";
import { bind, leanCall, settle } from "../state/provide.ts";
import type { Link } from "../subject.ts";

/** The most links that are followed one after the other. */
const DEEPEST = 4;

/** Each link of an answer leads to what is there; so do the links of what it leads to, some steps deep. */
export async function checkLinks(run: Run, operation: Operation): Promise<void> {
  const links = run.subject.links.filter(({ source }) => source === operation);
  const ways = fc.array(fc.nat(11), { maxLength: DEEPEST - 1 });
  for (const link of links) {
    if (run.options.except.includes(link.target.operationId)) continue;
    await seek(
      run,
      operation,
      `link ${link.status} ${link.name}`,
      ways,
      Math.ceil(run.options.runs / 8),
      async (way) => {
        const call = await leanCall(run, operation);
        if (call === undefined) return [];
        const first = await run.send(call);
        settle(run, first);
        return first.breaches.length > 0 ? first.breaches : walk(run, first, link, way);
      },
    );
  }
}

async function walk(run: Run, first: Seen, link: Link, way: readonly number[]): Promise<readonly Breach[]> {
  let seen = first;
  for (const [step, choice] of [0, ...way].entries()) {
    const open = followable(run.subject, seen).filter(
      (one) => (step > 0 || one.link === link) && !run.options.except.includes(one.link.target.operationId),
    );
    const chosen = open[choice % Math.max(1, open.length)];
    if (chosen === undefined) return [];
    const call = await callOf(run, chosen.link, chosen.bindings, chosen.body);
    if (call === undefined) return [];
    const next = await run.send(call);
    settle(run, next);
    const { status } = next.answer;
    if ((status === 404 || status === 410) && namesWhatIsThere(chosen)) {
      const { name, source, target } = chosen.link;
      const what = `the link ${name} of ${chosen.link.status} leads to a ${status} of ${target.operationId}`;
      return [...next.breaches, { ...run.breach(next, what), operation: source.operationId }];
    }
    if (next.breaches.length > 0) return next.breaches;
    seen = next;
  }
  return [];
}

/** Whether a link says which resource it leads to; one that hands on a credential alone leaves that open. */
function namesWhatIsThere({ bindings, body }: { readonly bindings: Bindings; readonly body: unknown }): boolean {
  return body !== undefined || Object.keys(bindings).some((key) => /^(?:path|query)\./.test(key));
}

/** The call that a link describes, with a valid value for what it leaves open. */
async function callOf(run: Run, { target }: Link, bindings: Bindings, body: unknown): Promise<Call | undefined> {
  const calls = run.calls.of(target, "lean");
  if (calls === undefined) return undefined;
  const [made] = fc.sample(calls, { seed: run.options.seed + run.requests, numRuns: 1 });
  if (made === undefined) return undefined;
  const declared = new Set(target.parameters.map(({ in: where, name }) => `${where}.${name}`));
  // A link may hand on a credential, which is a header that is no parameter: it takes the place of those given.
  const stray = Object.entries(bindings).filter(([key]) => key.startsWith("header.") && !declared.has(key));
  const known = Object.fromEntries(Object.entries(bindings).filter(([key]) => declared.has(key)));
  const headers = stray.map(([key, value]) => [key.slice("header.".length), String(value)] as const);
  const mediaType = made.content?.mediaType;
  return {
    ...bind(made, known),
    headers: [...made.headers, ...headers],
    credentials: headers.length > 0 ? {} : made.credentials,
    ...(body !== undefined && mediaType !== undefined ? { content: { mediaType, value: body } } : {}),
  };
}
