import type { Access, AccessKeeper } from "./access.ts";

/** Lets the panel at the head of the page sign in and out. Answers the function that draws the panel after a change. */
export function offerAccess(panel: HTMLElement, keeper: AccessKeeper): () => void {
  const find = <Kind extends HTMLElement>(selector: string) => panel.querySelector(selector) as Kind;
  const form = find<HTMLFormElement>("#access-form");
  const errors = find("#access-errors");
  const out = find("#access-out");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new FormData(form, event.submitter);
    const kind = fields.get("access") === "session" ? "session" : "token";
    const refusal = await keeper.signIn(String(fields.get("email")), String(fields.get("password")), kind);
    if (refusal === undefined) {
      form.reset();
      out.querySelector("button")?.focus();
      return;
    }
    say(refusal);
    find("#access-password").focus();
  });

  out.addEventListener("click", async (event) => {
    if (!(event.target instanceof HTMLButtonElement)) return;
    const refusal = await keeper.signOut();
    if (refusal === undefined) find("#access-email").focus();
    else say(refusal);
  });

  function say(refusal: string): void {
    errors.replaceChildren(Object.assign(document.createElement("p"), { textContent: refusal }));
  }

  const show = () => {
    const { current, ended } = keeper;
    find("#access-state").textContent = [ended, current && inWords(current)].filter(Boolean).join(" ");
    form.hidden = current?.token !== undefined;
    out.hidden = current === undefined;
    errors.replaceChildren();
  };
  show();
  panel.hidden = false;
  return show;
}

function inWords({ email, token, kept }: Access): string {
  const by = token === undefined ? "by a cookie session" : kept ? "by the token of the start page" : "by a token";
  return `Signed in as ${email} ${by}${token === undefined ? "" : ", which “Authorize” below holds now"}.`;
}
