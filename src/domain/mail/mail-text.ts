const WIDTH = 76;

/**
 * A text of paragraphs, in lines of at most 76 characters where words allow it: such a text goes as it is, while longer lines are
 * encoded (quoted-printable, RFC 2045 §6.7), and some programs do not decode them. A paragraph that begins with two spaces, such as a
 * link or a code, is left as it is.
 */
export function paragraphs(...texts: readonly string[]): string {
  return `${texts.map((text) => (text.startsWith("  ") ? text : wrapped(text))).join("\n\n")}\n`;
}

function wrapped(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
