/** A part of the contract's own prose. */
export interface ProseSection {
  /** The heading; "" for the text before the first heading. */
  readonly title: string;
  /** Markdown (CommonMark), as OpenAPI's descriptions are. */
  readonly source: string;
}

const HEADING = /^##[ \t]+(.+?)[ \t]*#*[ \t]*$/;

/** The sections of a description, by its headings of level 2. A line of a fenced block is no heading. */
export function sectionsOf(description: string): readonly ProseSection[] {
  const sections: { title: string; lines: string[] }[] = [{ title: "", lines: [] }];
  let fenced = false;
  for (const line of description.split(/\r?\n/)) {
    if (/^ {0,3}(```|~~~)/.test(line)) fenced = !fenced;
    const title = fenced ? undefined : HEADING.exec(line)?.[1];
    if (title === undefined) sections.at(-1)?.lines.push(line);
    else sections.push({ title, lines: [] });
  }
  return sections
    .map(({ title, lines }) => ({ title, source: lines.join("\n").trim() }))
    .filter(({ title, source }) => title !== "" || source !== "");
}

/** The id of a section's element: its title in lower case, with hyphens. */
export function sectionId(title: string): string {
  return `guide-${
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
      .replaceAll(/^-|-$/g, "") || "about"
  }`;
}
