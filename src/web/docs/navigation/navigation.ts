import type { ContractOperation } from "../contract/contract.ts";
import { markCurrent, type Place } from "./current.ts";
import { countInWords, matches, offerSearch } from "./search.ts";

/** An entry of the list that is no operation. */
export interface Heading {
  readonly id: string;
  readonly title: string;
}

interface Entry extends Place {
  readonly operation?: ContractOperation;
  readonly item: HTMLElement;
}

/** The element of an operation, as Swagger UI names it; null while it is not drawn. */
export function elementOf({ tag, operationId }: ContractOperation): HTMLElement | null {
  return document.getElementById(`operations-${tag.trim().replaceAll(/\s/g, "%20")}-${operationId}`);
}

/**
 * Fills the list at the side: the guide, then the operations by tag; with a search, and on narrow windows behind a button.
 *
 * @param open shows an operation
 */
export function fillNavigation(
  nav: HTMLElement,
  headings: readonly Heading[],
  operations: readonly ContractOperation[],
  open: (operation: ContractOperation) => void,
): void {
  const list = nav.querySelector("#docs-list") as HTMLElement;
  const found = nav.querySelector("#docs-found") as HTMLElement;
  const menu = nav.querySelector("#docs-menu") as HTMLButtonElement;
  const field = nav.querySelector("#docs-search") as HTMLInputElement;
  const entries: Entry[] = [];
  const groups: { readonly element: HTMLElement; readonly entries: readonly Entry[] }[] = [];

  const group = (title: string, members: readonly Entry[]) => {
    const element = make("section", {});
    const items = make("ul", {});
    items.append(...members.map(({ item }) => item));
    element.append(make("h3", { textContent: title }), items);
    entries.push(...members);
    groups.push({ element, entries: members });
    return element;
  };
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  list.replaceChildren(
    group("Guide", headings.map(headingEntry)),
    ...tags.map((tag) => group(tag, operations.filter((one) => one.tag === tag).map(operationEntry))),
  );

  const follow = markCurrent(entries, list);
  const go = (entry: Entry) => {
    unfold(false);
    if (entry.operation) open(entry.operation);
    else {
      window.history.pushState(null, "", entry.link.href);
      entry.target()?.scrollIntoView();
      entry.target()?.focus({ preventScroll: true });
    }
    follow(entry);
  };
  for (const entry of entries) {
    entry.link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go(entry);
    });
  }
  window.addEventListener("hashchange", () => {
    const entry = entries.find(({ link }) => link.hash === window.location.hash);
    if (entry) go(entry);
  });

  const search = (phrase: string) => {
    for (const { operation, item } of entries) {
      item.hidden = phrase !== "" && !(operation && matches(operation, phrase));
    }
    for (const { element, entries: members } of groups) element.hidden = members.every(({ item }) => item.hidden);
    const count = entries.filter(({ item }) => !item.hidden).length;
    found.textContent = phrase === "" ? "" : countInWords(count);
    unfold(phrase !== "");
  };
  function unfold(unfolded: boolean): void {
    menu.setAttribute("aria-expanded", String(unfolded));
  }
  offerSearch(field, search, () => entries.find(({ item }) => !item.hidden)?.link.click());
  menu.addEventListener("click", () => unfold(menu.getAttribute("aria-expanded") === "false"));
  nav.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.getAttribute("aria-expanded") === "false") return;
    unfold(false);
    if (menu.checkVisibility()) menu.focus();
  });
  field.disabled = false;
}

function headingEntry({ id, title }: Heading): Entry {
  const link = make("a", { href: `#${id}`, textContent: title });
  return { ...inItem(link), target: () => document.getElementById(id) };
}

function operationEntry(operation: ContractOperation): Entry {
  const { tag, operationId, method, path, summary } = operation;
  const link = make("a", { href: `#/${encodeURIComponent(tag)}/${operationId}`, title: `${method} ${path}` });
  const label = make("span", { className: `method ${method.toLowerCase()}`, textContent: method });
  link.append(label, " ", summary || operationId);
  return { ...inItem(link), operation, target: () => elementOf(operation) };
}

function inItem(link: HTMLAnchorElement): Pick<Entry, "item" | "link"> {
  const item = make("li", {});
  item.append(link);
  return { item, link };
}

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
): HTMLElementTagNameMap[Name] {
  return Object.assign(document.createElement(name), properties);
}
