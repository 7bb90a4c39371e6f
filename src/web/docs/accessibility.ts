/** Names for controls that Swagger UI leaves without one, by selector. */
const NAMES: Readonly<Record<string, string>> = {
  ".examples-select-element": "Example",
  ".body-param__text": "Request body",
  ".close-modal": "Close",
  ".opblock-summary .authorization__btn": "Credentials",
};

/** Boxes that may scroll, for which Swagger UI gives the keyboard no stop. */
const SCROLLING = "pre, .table-container, .curl-command";

/** Mends what Swagger UI draws, now and later, so that it can be used by ear and by keyboard. */
export function mendAccessibility(root: HTMLElement): void {
  const mend = () => {
    for (const [selector, name] of Object.entries(NAMES)) {
      for (const element of root.querySelectorAll(`${selector}:not([aria-label])`))
        element.setAttribute("aria-label", name);
    }
    for (const element of root.querySelectorAll<HTMLElement>(SCROLLING)) {
      if (element.tabIndex < 0 && scrolls(element)) element.tabIndex = 0;
    }
    // A table that is called a region is read out as neither.
    for (const table of root.querySelectorAll("table[role=region]")) table.removeAttribute("role");
    // "Authorized" comes right below a heading of level 4.
    for (const heading of root.querySelectorAll(".auth-container h6")) heading.setAttribute("aria-level", "5");
    // Its name has to hold the words that are to be seen (WCAG 2.5.3).
    for (const button of root.querySelectorAll(".auth-btn-wrapper [aria-label]")) button.removeAttribute("aria-label");
  };
  window.addEventListener("resize", mend);
  new MutationObserver(mend).observe(root, { childList: true, subtree: true });
  mend();
}

function scrolls({ scrollWidth, clientWidth, scrollHeight, clientHeight }: HTMLElement): boolean {
  return scrollWidth > clientWidth || scrollHeight > clientHeight;
}
