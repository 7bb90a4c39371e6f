import type { ContractOperation } from "../contract/contract.ts";

/** Whether an operation has every word of the phrase in its method, path, operationId, summary or tag; case does not count. */
export function matches(operation: ContractOperation, phrase: string): boolean {
  const { method, path, operationId, summary, tag } = operation;
  const text = `${method} ${path} ${operationId} ${summary} ${tag}`.toLowerCase();
  return phrase
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The number of operations that were found, in words. */
export function countInWords(count: number): string {
  if (count === 0) return "No operation matches.";
  return `${count} ${count === 1 ? "operation matches" : "operations match"}.`;
}

/**
 * Lets the field filter by what is typed, "/" focus it, Esc clear it, and Enter go to the first that was found.
 *
 * @param onPhrase called with the phrase, "" for none, after each change
 * @param onFirst called when a person goes to the first
 */
export function offerSearch(field: HTMLInputElement, onPhrase: (phrase: string) => void, onFirst: () => void): void {
  field.addEventListener("input", () => onPhrase(field.value.trim()));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && field.value.trim() !== "") {
      event.preventDefault();
      onFirst();
    }
    if (event.key !== "Escape" || field.value === "") return;
    event.preventDefault();
    event.stopPropagation();
    field.value = "";
    onPhrase("");
  });
  document.addEventListener("keydown", (event) => {
    const { target, key, ctrlKey, altKey, metaKey } = event;
    if (key !== "/" || ctrlKey || altKey || metaKey || event.defaultPrevented || takesText(target)) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}

/** Whether a key that is pressed there may be text, or belongs to a dialog. */
function takesText(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, select, textarea, [contenteditable], dialog") !== null;
}
