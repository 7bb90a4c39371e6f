import type { Page } from "../../domain/list-page.ts";

/** A page of a list on the wire. */
export interface PageBody<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** A page for the wire, with `Link: rel="next"` (RFC 8288) where there is one: `path` is the list's own. */
export function pageBody<Item, Body>(
  path: string,
  limit: number,
  { items, nextCursor }: Page<Item>,
  represent: (item: Item) => Body,
): { headers: { Link?: string }; body: PageBody<Body> } {
  const link =
    nextCursor && `<${path}?${new URLSearchParams({ limit: String(limit), cursor: nextCursor })}>; rel="next"`;
  return {
    headers: link ? { Link: link } : {},
    body: { items: items.map(represent), next_cursor: nextCursor },
  };
}
