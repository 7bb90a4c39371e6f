import { createHash } from "node:crypto";
import type { Value } from "./table.ts";

/** A row as one text, the same whichever database it was read from. */
export function textOf(row: readonly Value[]): string {
  return JSON.stringify(row);
}

/** What is compared of a table: the number of its rows, and the SHA-256 of their texts, in the order of their keys. */
export interface Content {
  readonly rows: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Takes the rows of a table one after the other, and then tells its content. */
export function contentOf(): { add(row: readonly Value[]): void; content(): Content } {
  const hash = createHash("sha256");
  let rows = 0;
  return {
    add: (row) => {
      rows += 1;
      hash.update(`${textOf(row)}\n`);
    },
    content: () => ({ rows, sha256: hash.copy().digest("hex") }),
  };
}
