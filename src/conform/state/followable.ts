import type { Operation } from "../../contract/document/operation.ts";
import type { Link, Subject } from "../subject.ts";
import { type Exchanged, evaluate } from "./expression.ts";

/** Values of parameters that lead to something that is there, by `<in>.<name>`. */
export type Bindings = Readonly<Record<string, unknown>>;

/** The links of an answer whose expressions all have a value, with these values. */
export function followable(
  subject: Subject,
  exchanged: Exchanged,
): { link: Link; bindings: Bindings; body: unknown }[] {
  const { call, answer } = exchanged;
  const { status } = answer;
  return subject.links.flatMap((link) => {
    if (link.source !== call.operation || !matches(link.status, status, link.source)) return [];
    const bindings = Object.fromEntries(
      Object.entries(link.parameters).map(([key, text]) => [key, evaluate(text, exchanged)]),
    );
    const body = link.requestBody === undefined ? undefined : evaluate(link.requestBody, exchanged);
    const isWhole = Object.values(bindings).every((value) => value !== undefined && value !== null);
    return isWhole && (link.requestBody === undefined || body !== undefined) ? [{ link, bindings, body }] : [];
  });
}

function matches(key: string, status: number, { responses }: Operation): boolean {
  if (key === String(status)) return true;
  if (responses.has(status)) return false;
  return key === "default" || key.toUpperCase() === `${Math.floor(status / 100)}XX`;
}
