import type { Context } from "koa";
import type { Operation } from "../document/operation.ts";

/** Parameters of the query of a page; undefined takes one away. */
export type PageQuery = Readonly<Record<string, string | number | boolean | undefined>>;

/** The other pages of a list, by their relation to the one that is answered (RFC 8288, RFC 5005 §3). */
export type Pages = Readonly<Partial<Record<"first" | "prev" | "next" | "last", PageQuery | undefined>>>;

/** Does a success of the operation declare `Link`? */
export function tellsPages({ responses }: Operation): boolean {
  return [...responses.values()].some(({ status, headers }) => status < 400 && headers.has("Link"));
}

/**
 * The value of `Link` for other pages of the list that a request is for: the address that the client has asked for, base path included,
 * with the query that it has sent and the parameters of the page in it. Undefined when there is no other page.
 */
export function linkTo(
  pages: Pages,
  { originalUrl, querystring }: Pick<Context, "originalUrl" | "querystring">,
): string | undefined {
  const [path = "/"] = originalUrl.split("?");
  const links = Object.entries(pages).flatMap(([relation, parameters]) => {
    if (parameters === undefined) return [];
    const query = new URLSearchParams(querystring);
    for (const [name, value] of Object.entries(parameters)) {
      if (value === undefined) query.delete(name);
      else query.set(name, String(value));
    }
    return [`<${path}${query.size > 0 ? `?${query}` : ""}>; rel="${relation}"`];
  });
  return links.length > 0 ? links.join(", ") : undefined;
}
