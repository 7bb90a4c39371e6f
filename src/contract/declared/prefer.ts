import type { DeclaredResponse, Operation } from "../document/operation.ts";
import type { Answer } from "../response/response.ts";

type Preference = "minimal" | "representation";

/** Tells which preference was heeded (RFC 7240 §3); sent where the response declares it. */
const APPLIED = "Preference-Applied";

function preferParameter({ parameters }: Operation) {
  return parameters.find(({ name, in: where }) => where === "header" && name.toLowerCase() === "prefer");
}

/** Does the operation declare the header parameter `Prefer`, so that its answers depend on it? */
export function takesPrefer(operation: Operation): boolean {
  return preferParameter(operation) !== undefined;
}

/**
 * Heeds `return=minimal` and `return=representation` (RFC 7240 §4.2): a client that prefers little gets the declared 204 in place of a
 * 200 or 201, with the headers that the 204 declares. Undefined for an operation that does not take `Prefer`.
 */
export function compilePrefer(operation: Operation): ((prefer: string, answer: Answer) => Answer) | undefined {
  if (!takesPrefer(operation)) return undefined;
  const minimal = operation.responses.get(204);
  return (prefer, answer) => {
    const preference = preferenceIn(prefer);
    if (preference === undefined || (answer.status !== 200 && answer.status !== 201)) return answer;
    if (preference === "representation") return applied(answer, operation.responses.get(answer.status), preference);
    if (minimal === undefined) return answer;
    const headers = Object.entries(answer.headers ?? {}).filter(([name]) => minimal.headers.has(name));
    return applied({ status: 204, headers: Object.fromEntries(headers) }, minimal, preference);
  };
}

function applied(answer: Answer, declared: DeclaredResponse | undefined, preference: Preference): Answer {
  if (!declared?.headers.has(APPLIED)) return answer;
  return { ...answer, headers: { ...answer.headers, [APPLIED]: `return=${preference}` } };
}

/** The preference for what is returned; of several the first counts, and what is not known is no preference (RFC 7240 §2). */
function preferenceIn(prefer: string): Preference | undefined {
  const [, value] = RETURN.exec(prefer) ?? [];
  return value === "minimal" || value === "representation" ? value : undefined;
}

/** The first preference of that name in a list: a quoted string before it is passed over as a whole. */
const RETURN = /^(?:[^",]|"(?:[^"\\]|\\.)*"|,(?!\s*return\s*=))*?(?:^|,)\s*return\s*=\s*"?([\w-]*)/i;

/** The reasons why `Prefer` cannot be heeded as it is declared, one phrase each. */
export function auditPrefer(operation: Operation): string[] {
  const parameter = preferParameter(operation);
  if (parameter === undefined) return [];
  const { node, pointer: _ } = parameter;
  const schema = Object(node.schema);
  const heeded = [...operation.responses.values()].some(({ headers }) => headers.has(APPLIED));
  return [
    ...(node.required === true ? ["requires Prefer, which a client may leave out (RFC 7240 §2)"] : []),
    ...(["enum", "const", "pattern"].some((keyword) => keyword in schema)
      ? ["refuses preferences by the schema of Prefer; unknown ones are ignored (RFC 7240 §2)"]
      : []),
    ...(heeded || operation.responses.has(204)
      ? []
      : [`takes Prefer and heeds none: it declares neither a 204 nor ${APPLIED}`]),
  ];
}
