import { type Html, html } from "./html.ts";

/**
 * The end of the header: the person who is signed in with the way out, or the way in.
 *
 * @param next the path to come back to
 * @param registrationOpen whether a new account can be made
 */
export function accountBar(email: string | undefined, next = "/", registrationOpen = true): Html {
  if (email === undefined) {
    const query = next === "/" ? "" : `?next=${encodeURIComponent(next)}`;
    return html`<a class="button secondary small" href="/login${query}">Sign in</a>
          ${registrationOpen && html`<a class="button small" href="/register${query}">Create an account</a>`}`;
  }
  return html`<span class="who" title="${email}"><span class="visually-hidden">Signed in as </span>${email}</span>
          <form method="post" action="/logout"><button class="button secondary small">Sign out</button></form>`;
}
