import fc from "fast-check";
import type { Operation } from "../../contract/document/operation.ts";
import type { Breach, Seen } from "../breach.ts";
import { type Call, keyOf } from "../http/call.ts";
import { isForm, isJson } from "../http/content.ts";
import { isSendable, readingsOfForm, readingsOfParameter } from "../http/readings.ts";
import { parametersOf, pointerOf } from "../parameters.ts";
import { OTHER_REASONS } from "../report.ts";
import type { Run } from "../run.ts";
import { seek } from "../seek.ts";
import { bind, isSuccess, provide, settle } from "../state/provide.ts";
import { broken, type Edit } from "../values/edit.ts";
import { editsOf } from "../values/edits.ts";
import { namesOthersAlone } from "./named-places.ts";

/** A part of a call that is edited: a parameter, or the content in one media type. */
interface Part {
  readonly name: string;
  readonly edits: readonly Edit[];
  put(call: Call, value: unknown): Call;
  /** Does the edited value break a rule, whatever way the server reads it? */
  isBroken(value: unknown): boolean;
}

/** Edges whose refusal contradicts the schema, where the same request without them is accepted. Texts may break rules that it cannot say. */
const FIRM_EDGES = /^the (least|greatest|longest|shortest|value)/;

/** Each single violation gets a refusal that is declared; each edge gets an answer that is, and no refusal for what the schema allows. */
export async function checkViolations(run: Run, operation: Operation): Promise<void> {
  const calls = run.calls.of(operation, "lean");
  if (calls === undefined) return;
  for (const part of partsOf(run, operation)) {
    const times = new Map<string, number>();
    for (const edit of part.edits) {
      const name = `${part.name}${edit.at} ${edit.rule}`;
      times.set(name, (times.get(name) ?? 0) + 1);
      const id = times.get(name) === 1 ? name : `${name} ${times.get(name)}`;
      const cases = fc.record({ call: calls, value: edit.value });
      await seek(
        run,
        operation,
        id,
        cases,
        Math.ceil(run.options.runs / (edit.valid ? 20 : 10)),
        async ({ call, value }) => {
          const plain = bind(call, (await provide(run, operation)) ?? {});
          const edited = part.put(plain, value.to);
          if (edit.valid ? !run.calls.allows(edited) : !part.isBroken(value.to)) return [];
          const seen = await run.send(edited);
          const tally = run.tallies.get(operation.operationId);
          if (!edit.valid && tally && OTHER_REASONS.has(seen.answer.status)) tally.hidden += 1;
          if (edit.valid) settle(run, seen);
          return [
            ...seen.breaches,
            ...(edit.valid
              ? await refusedEdge(run, part, edit, part.put(plain, value.from), seen)
              : accepted(run, seen, sentence(part, edit))),
          ];
        },
      );
    }
  }
}

/** A breach, where a request that breaks a rule was not refused. */
export function accepted(run: Run, seen: Seen, what: string): Breach[] {
  return isSuccess(seen) ? [run.breach(seen, `accepts ${what}`)] : [];
}

function sentence({ name }: Part, { at, rule }: Edit): string {
  const place = at === "" ? name : `${at} of the ${name}`;
  if (rule === "required") return `a request without ${place}`;
  if (rule === "additionalProperties") return `a member that is not declared, in ${place}`;
  if (rule === "type") return `a wrong type as ${place}`;
  return rule === "null" ? `null as ${place}` : `${place} against its ${rule}`;
}

/**
 * A breach, where an edge is refused again and again that the schema allows, and the same call without it is accepted. A refusal that
 * names another member is not about the edge: a value of one may ask for a value of the other.
 */
async function refusedEdge(run: Run, { name }: Part, { at, rule }: Edit, plain: Call, seen: Seen): Promise<Breach[]> {
  const isRefused = ({ answer }: Seen) => answer.status === 400 || answer.status === 422;
  if (!FIRM_EDGES.test(rule) || !isRefused(seen) || namesOthersAlone(seen.value, at)) return [];
  const control = await run.send(plain);
  settle(run, control);
  if (!isSuccess(control) || !isRefused(await run.send(seen.call))) return [];
  return [run.breach(seen, `refuses ${rule} as ${at === "" ? name : `${at} of the ${name}`}`)];
}

function partsOf(run: Run, operation: Operation): Part[] {
  const { schemas, values } = run.subject.requests;
  const parameters = parametersOf(operation).map((parameter): Part => {
    const pointer = pointerOf(parameter);
    const key = keyOf(parameter);
    const isRequired = parameter.node.required === true && parameter.in !== "path";
    const own = pointer === undefined ? [] : editsOf(values, run.calls.schemaAt(pointer));
    return {
      name: `parameter ${key}`,
      edits: [...(isRequired ? [broken("required", [undefined])] : []), ...own],
      put: (call, value) => bind(call, { [key]: value }),
      isBroken: (value) =>
        value === undefined ||
        (isSendable(parameter, value) &&
          pointer !== undefined &&
          allBreak(schemas, pointer, readingsOfParameter(parameter, value))),
    };
  });
  const contents = [...(operation.requestContent?.mediaTypes ?? [])].flatMap(([mediaType, pointer]): Part[] => {
    if (pointer === undefined || !(isJson(mediaType) || isForm(mediaType))) return [];
    return [
      {
        name: isJson(mediaType) ? "content" : "form",
        edits: editsOf(values, run.calls.schemaAt(pointer), run.calls.examplesFor(operation, mediaType)),
        put: (call, value) => ({ ...call, content: { mediaType, value } }),
        isBroken: (value) => allBreak(schemas, pointer, isJson(mediaType) ? [value] : readingsOfForm(value)),
      },
    ];
  });
  return [...parameters, ...contents];
}

function allBreak(
  schemas: Run["subject"]["requests"]["schemas"],
  pointer: string,
  readings: readonly unknown[] | undefined,
): boolean {
  return readings?.every((reading) => schemas.check(pointer, reading) !== undefined) ?? false;
}
