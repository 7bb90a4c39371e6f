/**
 * Puts the focus on the heading whenever what had it is taken out of the page: a browser would leave it to the whole
 * document, and whoever hears or tabs through the page would start from its beginning.
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
