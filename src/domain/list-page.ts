import { DomainError } from "./domain-error.ts";

/** The cursor was not given out by this list. */
export class InvalidCursor extends DomainError {
  constructor() {
    super("This cursor does not belong to this list.");
  }
}

/** The cursor of the page after an id: an opaque text, the base64url of the list's name and the id. */
export function encodeCursor(list: string, id: number): string {
  return Buffer.from(`${list}:${id}`, "latin1").toString("base64url");
}

/**
 * The id in a cursor of this list.
 *
 * @throws {InvalidCursor} unless `encodeCursor` gives exactly this text for this list
 */
export function decodeCursor(list: string, cursor: string): number {
  const id = Number(Buffer.from(cursor, "base64url").toString("latin1").split(":").at(-1));
  if (!Number.isSafeInteger(id) || id < 1 || encodeCursor(list, id) !== cursor) throw new InvalidCursor();
  return id;
}

/** One page of a list, and the cursor of the next; null on the last page. */
export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/** A ten of items, see {@link rowsFor}. */
const TEN = 10;

/**
 * The number of items that a page is queried for: at least one more than it has. Only few numbers are given out, so that a statement can
 * have each of them in its text.
 */
export function rowsFor(limit: number): number {
  return Math.ceil(limit / TEN) * TEN + 1;
}

/**
 * The page of a list that was queried for `rowsFor(limit)` items, or `limit + 1`: an item beyond the limit shows that there is a next page.
 */
export function pageOf<Item extends { readonly id: number }>(list: string, items: Item[], limit: number): Page<Item> {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  return { items: page, nextCursor: last !== undefined && items.length > limit ? encodeCursor(list, last.id) : null };
}
