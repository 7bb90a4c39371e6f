/**
 * A text as it may be shown at a terminal: what a client chose, or another database holds, must not steer it. Control and format
 * characters and lone surrogates are replaced.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(/\p{C}/gu, "\ufffd");
}

/** Rows in columns that line up, below their headings. */
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
