/**
 * Draws, in place of the part that could not be loaded, the reason and a button to try again.
 *
 * @param again loads the part again, and answers whether it is there; if not, it has drawn the new reason itself
 */
export function showFailure(root: HTMLElement, reason: string, again: () => Promise<boolean>): void {
  const button = element("button", { className: "button", type: "button", textContent: "Try again" });
  const actions = element("p", { className: "actions" });
  actions.append(button);
  const state = element("div", { className: "state", role: "alert" });
  state.append(
    element("h2", { textContent: "The operations cannot be shown" }),
    element("p", { textContent: reason }),
    actions,
  );
  button.addEventListener("click", async () => {
    button.disabled = true;
    const there = await again();
    state.remove();
    // The focused button is gone: the focus moves to what has come, or to the new button.
    (there ? root : root.querySelector("button"))?.focus();
  });
  root.replaceChildren(state);
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
): HTMLElementTagNameMap[Name] {
  return Object.assign(document.createElement(name), properties);
}
