import { isNode, valueAt } from "../../contract/document/document.ts";
import type { Call } from "../http/call.ts";
import { fieldOf, type RawAnswer } from "../http/read-answer.ts";

/** A call and its answer, for the runtime expressions of links. */
export interface Exchanged {
  readonly call: Call;
  readonly answer: RawAnswer;
  /** The content of the answer as a value; undefined when it is none. */
  readonly value: unknown;
  /** The address that was asked. */
  readonly url: string;
}

/**
 * The value of a runtime expression (OpenAPI 3.1 §4.8.20.4). A text that is none stands for itself, and `{$…}` inside of a text is
 * replaced. Undefined when the exchange has nothing there. Lists and objects are evaluated member by member.
 */
export function evaluate(expression: unknown, exchanged: Exchanged): unknown {
  if (Array.isArray(expression)) return expression.map((item) => evaluate(item, exchanged));
  if (isNode(expression)) {
    const members = Object.entries(expression).map(([key, value]) => [key, evaluate(value, exchanged)] as const);
    return members.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(members);
  }
  if (typeof expression !== "string") return expression;
  if (expression.startsWith("$")) return evaluateText(expression, exchanged);
  let isWhole = true;
  const filled = expression.replaceAll(/\{(\$[^}]+)\}/g, (_all, inner: string) => {
    const value = evaluateText(inner, exchanged);
    isWhole &&= value !== undefined;
    return String(value);
  });
  return isWhole ? filled : undefined;
}

function evaluateText(expression: string, { call, answer, value, url }: Exchanged): unknown {
  const [, side, source, detail = ""] =
    /^\$(request|response)\.(header|query|path|body)(?:[.#](.*))?$/.exec(expression) ?? [];
  if (expression === "$url") return url;
  if (expression === "$method") return call.method ?? call.operation.method;
  if (expression === "$statusCode") return answer.status;
  if (source === "body") {
    const whole = side === "request" ? call.content?.value : value;
    return valueAt(whole, detail === "" ? [] : detail.slice(1).split("/").map(decodeURIComponent));
  }
  if (side === "response") return source === "header" ? fieldOf(answer, detail) : undefined;
  if (source !== "header") return call.parameters[`${source}.${detail}`];
  const name = Object.keys(call.parameters).find((key) => key.toLowerCase() === `header.${detail.toLowerCase()}`);
  return name === undefined ? undefined : call.parameters[name];
}
