/**
 * Says in place of what could not be loaded why it is not there, and offers to try again.
 *
 * @param again answers whether it is there now; where it is not, it has told so anew
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
    // The button that had the focus is gone.
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
