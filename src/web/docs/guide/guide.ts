import { type Contract, objectOf, textOf } from "../contract/contract.ts";
import type { Component, System } from "../system.ts";
import { sectionId, sectionsOf } from "./prose.ts";
import { type GuideTable, tablesOf } from "./tables.ts";

/** A section of the guide: prose of the contract, and what is read out of it. */
export interface GuideSection {
  /** The id of its element. */
  readonly id: string;
  readonly title: string;
  /** Markdown; "" where the contract has no prose about it. */
  readonly source: string;
  readonly tables: readonly GuideTable[];
}

/** The guide: the sections of `info.description`, and those of tables that it has no section for. */
export function guideOf(contract: Contract): readonly GuideSection[] {
  const prose = sectionsOf(textOf(objectOf(contract.info).description));
  const tables = tablesOf(contract);
  const rest = new Set(
    tables.map(({ section }) => section).filter((title) => !prose.some((one) => one.title === title)),
  );
  return [...prose, ...[...rest].map((title) => ({ title, source: "" }))].map(({ title, source }) => ({
    id: sectionId(title),
    title: title || "About this API",
    source,
    tables: tables.filter(({ section }) => section === title),
  }));
}

/** Draws the guide. `open` shows an operation. */
export function guide(
  { createElement }: System["React"],
  sections: readonly GuideSection[],
  open: (id: string) => void,
) {
  const inCell = (text: string) => {
    if (text.startsWith("`")) return createElement("code", null, text.slice(1));
    if (!text.startsWith("@")) return text;
    const id = text.slice(1);
    const onClick = (event: Event) => {
      event.preventDefault();
      open(id);
    };
    return createElement("a", { href: `#operation-${id}`, onClick }, id);
  };
  const table = ({ caption, head, rows }: GuideTable) =>
    createElement(
      "details",
      { key: caption, className: "fold" },
      createElement("summary", null, caption),
      createElement(
        "div",
        { className: "table-container" },
        createElement(
          "table",
          null,
          createElement(
            "thead",
            null,
            createElement("tr", null, ...head.map((name) => createElement("th", { key: name, scope: "col" }, name))),
          ),
          createElement(
            "tbody",
            null,
            ...rows.map((cells) =>
              createElement(
                "tr",
                null,
                ...cells.map((cell) => createElement("td", null, ...cell.flatMap((text) => [inCell(text), " "]))),
              ),
            ),
          ),
        ),
      ),
    );

  const Guide: Component = ({ getComponent }) => {
    const Markdown = (getComponent as (name: string, container: boolean) => unknown)("Markdown", true);
    return createElement(
      "div",
      { className: "guide" },
      ...sections.map(({ id, title, source, tables }, place) =>
        createElement(
          "section",
          { key: id, id, tabIndex: -1, "aria-labelledby": `${id}-title` },
          createElement(place === 0 ? "h2" : "h3", { id: `${id}-title` }, title),
          source !== "" && createElement(Markdown, { source }),
          ...tables.map(table),
        ),
      ),
    );
  };
  return Guide;
}
