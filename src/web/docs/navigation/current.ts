/** A link of the list, and the element that it leads to; null while that is not drawn. */
export interface Place {
  readonly link: HTMLAnchorElement;
  target(): HTMLElement | null;
}

/**
 * Marks the link of the part that is being read (`aria-current="location"`), as the page is scrolled. Answers the function that
 * marks the link that a person has followed, until its part leaves the window.
 */
export function markCurrent(places: readonly Place[], list: HTMLElement): (place: Place) => void {
  let followed: Place | undefined;
  let waiting = false;

  const mark = () => {
    waiting = false;
    if (followed && !inWindow(followed)) followed = undefined;
    // A part that one has gone to stands below the padding, and counts as reached.
    const edge = Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingBlockStart) + 8;
    const current = followed ?? places.findLast((place) => topOf(place) <= edge);
    for (const { link } of places) {
      if (link === current?.link) {
        if (link.getAttribute("aria-current") === null) reveal(link, list);
        link.setAttribute("aria-current", "location");
      } else link.removeAttribute("aria-current");
    }
  };
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(mark);
  };
  window.addEventListener("scroll", later, { passive: true });
  window.addEventListener("resize", later);
  later();
  return (place) => {
    followed = place;
    later();
  };
}

function topOf({ target }: Place): number {
  const element = target();
  return element?.getClientRects().length ? element.getBoundingClientRect().top : Number.POSITIVE_INFINITY;
}

function inWindow({ target }: Place): boolean {
  const box = target()?.getBoundingClientRect();
  return box !== undefined && box.bottom > 0 && box.top < window.innerHeight;
}

/** Scrolls the list alone, where the link is out of it. The page must not move. */
function reveal(link: HTMLElement, list: HTMLElement): void {
  const inner = link.getBoundingClientRect();
  const outer = list.getBoundingClientRect();
  if (inner.top < outer.top) list.scrollTop += inner.top - outer.top - outer.height / 3;
  else if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom + outer.height / 3;
}
