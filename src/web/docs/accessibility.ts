/** Accessible names for controls that Swagger UI leaves without one, by selector. */
const NAMES: Readonly<Record<string, string>> = {
  ".examples-select-element": "Example",
  ".body-param__text": "Request body",
  ".close-modal": "Close",
  ".opblock-summary .authorization__btn": "Credentials",
};

/** Boxes that may scroll, and that Swagger UI leaves out of the keyboard's order. */
const SCROLLING = "pre, .table-container, .curl-command";

/** Mends what Swagger UI draws, now and later, for screen readers and keyboards. */
export function mendAccessibility(root: HTMLElement): void {
  const mend = () => {
    for (const [selector, name] of Object.entries(NAMES)) {
      for (const element of root.querySelectorAll(`${selector}:not([aria-label])`))
        element.setAttribute("aria-label", name);
    }
    for (const element of root.querySelectorAll<HTMLElement>(SCROLLING)) {
      if (element.tabIndex < 0 && scrolls(element)) element.tabIndex = 0;
    }
    // A table with the role of a region is announced as neither.
    for (const table of root.querySelectorAll("table[role=region]")) table.removeAttribute("role");
    // "Authorized" follows a heading of level 4: level 6 would skip one.
    for (const heading of root.querySelectorAll(".auth-container h6")) heading.setAttribute("aria-level", "5");
    // A button's name has to contain its visible words (WCAG 2.5.3).
    for (const button of root.querySelectorAll(".auth-btn-wrapper [aria-label]")) button.removeAttribute("aria-label");
  };
  // Once a frame: whether a box scrolls is known after the layout, and Swagger UI draws in many steps.
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mend();
    });
  };
  window.addEventListener("resize", later);
  new MutationObserver(later).observe(root, { childList: true, subtree: true });
  mend();
}

function scrolls({ scrollWidth, clientWidth, scrollHeight, clientHeight }: HTMLElement): boolean {
  return scrollWidth > clientWidth || scrollHeight > clientHeight;
}
