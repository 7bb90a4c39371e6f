/**
 * Gives every password field of the page a button that shows what was typed. The server draws none, because it would do nothing
 * without a script.
 */
export function addRevealButtons(document: Document): void {
  for (const input of document.querySelectorAll<HTMLInputElement>(".hidden-input > input"))
    input.after(revealButton(input));
}

function revealButton(input: HTMLInputElement): HTMLButtonElement {
  const button = document.createElement("button");
  const what = document.createElement("span");
  Object.assign(button, { type: "button", className: "reveal" });
  Object.assign(what, {
    className: "visually-hidden",
    textContent: ` ${input.labels?.[0]?.textContent?.toLowerCase()}`,
  });
  const show = (shown: boolean) => {
    input.type = shown ? "text" : "password";
    button.replaceChildren(shown ? "Hide" : "Show", what);
  };
  show(false);
  button.addEventListener("click", () => show(input.type === "password"));
  // A form is sent with the password hidden, as browsers expect it of one that they are to keep.
  input.form?.addEventListener("submit", () => show(false));
  return button;
}
