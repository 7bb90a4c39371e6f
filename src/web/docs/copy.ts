/** Copies a text, and says so. Answers whether it worked. `what` names the text in the sentence, as its subject. */
export type CopyText = (text: string, what: string) => Promise<boolean>;

/** Copies to the clipboard, and tells `say` in a sentence whether it worked. */
export function copier(say: (sentence: string) => void): CopyText {
  return async (text, what) => {
    const copied = await toClipboard(text);
    say(copied ? `${what} has been copied.` : `${what} cannot be copied here: select it, and copy it by hand.`);
    return copied;
  };
}

/** Adds a button to each command of the page that copies it. */
export function offerCopies(places: Iterable<HTMLElement>, copy: CopyText): void {
  for (const place of places) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "copy" });
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      const copied = await copy(place.textContent ?? "", "The command");
      button.textContent = copied ? "Copied" : "Copy";
    });
    const box = Object.assign(document.createElement("div"), { className: "copied" });
    place.replaceWith(box);
    box.append(place, button);
  }
}

/** Browsers offer the clipboard to pages by https and of this machine only; the older way works for the others. */
async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const focused = document.activeElement as HTMLElement | null;
    const area = Object.assign(document.createElement("textarea"), { value: text, className: "visually-hidden" });
    (focused?.closest("dialog") ?? document.body).append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    focused?.focus();
    return copied;
  }
}
