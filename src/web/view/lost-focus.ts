/**
 * Moves the focus to the heading whenever the focused element is taken out of the page. A browser would leave it to the document,
 * and screen readers and keyboards would start again from its beginning.
 */
export function catchLostFocus(document: Document): void {
  let last: EventTarget | null = null;
  document.addEventListener("focusin", ({ target }) => {
    last = target;
  });
  new MutationObserver(() => {
    const isLost = last instanceof Element && !last.isConnected && document.activeElement === document.body;
    if (isLost) document.querySelector<HTMLElement>("#app h1")?.focus({ preventScroll: true });
  }).observe(document.body, { childList: true, subtree: true });
}
