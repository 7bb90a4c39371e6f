/**
 * A text without control characters, format characters and lone surrogates: U+FFFD takes their place. Names that clients chose, or that an
 * imported database holds, could steer the terminal otherwise.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(/\p{C}/gu, "\ufffd");
}

/** A table for people: rows below headings, in aligned columns. The cells are made `printable`. */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows.map((row) => row.map(printable))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => width(line[column]))));
  return lines
    .map((line) => line.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - width(cell))).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}

function width(cell = ""): number {
  return [...cell].length;
}
