import type { Page } from "../../domain/list-page.ts";

/** The number of items on a page that asks for no `limit`: the default of the contract, which the generated types do not know of. */
export const PAGE_LIMIT = 20;

/** A page of a list on the wire. */
export interface PageBody<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** A page of a list for an answer; `Link: rel="next"` (RFC 8288) leads to the next page of the list at `path`, if there is one. */
export function pageBody<Item, Body>(
  path: string,
  limit: number,
  { items, nextCursor }: Page<Item>,
  represent: (item: Item) => Body,
): { headers: { Link?: string }; body: PageBody<Body> } {
  const link = nextCursor && `<${path}?limit=${limit}&cursor=${encodeURIComponent(nextCursor)}>; rel="next"`;
  return {
    headers: link ? { Link: link } : {},
    body: { items: items.map(represent), next_cursor: nextCursor },
  };
}
