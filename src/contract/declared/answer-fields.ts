import type { Context } from "koa";
import type { Operation } from "../document/operation.ts";
import type { Answer } from "../response/response.ts";
import { linkTo, tellsPages } from "./page-links.ts";
import { compilePrefer } from "./prefer.ts";
import { rateLimitFields, tellsAllowances } from "./rate-limit.ts";

/** Completes an answer by the fields that the operation declares and the runtime makes. */
export type CompleteAnswer = (ctx: Context, answer: Answer) => Answer;

/**
 * Compiles the fields that the runtime makes; undefined for an operation that declares none.
 *
 * @param acceptQuery the media types of the queries that the path takes, by `Accept-Query`; undefined when it takes none
 */
export function compileAnswerFields(operation: Operation, acceptQuery: string | undefined): CompleteAnswer | undefined {
  const prefer = compilePrefer(operation);
  const tells = tellsAllowances(operation) || tellsPages(operation);
  const queried = acceptQuery !== undefined && declares(operation, "Accept-Query");
  if (prefer === undefined && !tells && !queried) return undefined;

  const withField = (answer: Answer, fields: Readonly<Record<string, string | undefined>>): Answer => {
    const declared = operation.responses.get(answer.status)?.headers;
    const sent = Object.entries(fields).filter(([name, value]) => value !== undefined && declared?.has(name));
    return sent.length === 0 ? answer : { ...answer, headers: { ...answer.headers, ...Object.fromEntries(sent) } };
  };
  return (ctx, given) => {
    let answer = given;
    const { allowances, pages } = given;
    if (allowances !== undefined && allowances.length > 0) answer = withField(answer, rateLimitFields(allowances));
    if (pages !== undefined) {
      const links = [linkTo(pages, ctx), answer.headers?.Link].filter((link) => link !== undefined);
      answer = withField(answer, { Link: links.length > 0 ? links.join(", ") : undefined });
    }
    if (queried) answer = withField(answer, { "Accept-Query": acceptQuery });
    return prefer === undefined ? answer : prefer(ctx.get("Prefer"), answer);
  };
}

function declares({ responses }: Operation, name: string): boolean {
  return [...responses.values()].some(({ headers }) => headers.has(name));
}
