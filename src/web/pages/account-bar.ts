import { type Html, html } from "./html.ts";

/** The ways in that the header offers. */
export interface WaysIn {
  /** The local path to come back to. */
  readonly next?: string;
  readonly registrationOpen: boolean;
}

/** The end of the header, the same on every page: the person who is signed in, as a link to the page of the account, with the way out; or the ways in. */
export function accountBar(email: string | undefined, { next = "/", registrationOpen }: WaysIn): Html {
  if (email === undefined) {
    const query = next === "/" ? "" : `?next=${encodeURIComponent(next)}`;
    return html`<a class="button secondary small" href="/login${query}">Sign in</a>
          ${registrationOpen && html`<a class="button small" href="/register${query}">Create an account</a>`}`;
  }
  return html`<span class="menu"><a class="who" href="/account" title="${email}"><span class="visually-hidden">Your account: </span><span class="who-name">${email}</span></a></span>
          <form method="post" action="/logout"><button class="button secondary small">Sign out</button></form>`;
}
