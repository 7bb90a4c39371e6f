import { html } from "./html.ts";
import { layout } from "./layout.ts";

/** The page for a problem that a browser meets: what happened, what to do, and what to quote when asking about it. */
export function errorPage({
  status,
  title,
  detail,
  instance,
}: {
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly instance: string;
}): string {
  return layout(
    title,
    html`<h1>${title}</h1>
      <p>${detail ?? EXPLANATIONS[status] ?? "This request cannot be answered."}</p>
      <p><a href="/">To the start page</a></p>
      <p class="quiet">Status ${status}, request ${instance}</p>`,
  );
}

const EXPLANATIONS: Readonly<Record<number, string>> = {
  404: "There is nothing at this address.",
  405: "This address cannot be used that way.",
};
