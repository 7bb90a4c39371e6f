import { DomainError } from "./domain-error.ts";

/** The cursor was not given out by this list. */
export class InvalidCursor extends DomainError {
  constructor() {
    super("This cursor does not belong to this list.");
  }
}

/** Where the next page of a list starts: an opaque text (base64url) that names the list and the last id of this page. */
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

/** Cuts a page out of `limit + 1` items: the one too many says that there is more. */
export function pageOf<Item extends { readonly id: number }>(list: string, items: Item[], limit: number): Page<Item> {
  const page = items.slice(0, limit);
  const last = page.at(-1);
  return { items: page, nextCursor: last !== undefined && items.length > limit ? encodeCursor(list, last.id) : null };
}
