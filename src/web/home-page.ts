import { html } from "./html.ts";
import { layout } from "./layout.ts";

/** The start page: who one is here, and where to go next. */
export function homePage(email: string | undefined): string {
  const account = email
    ? html`<p>You are signed in as <strong>${email}</strong>.</p>
        <form method="post" action="/logout"><button>Sign out</button></form>`
    : html`<p><a class="button" href="/login">Sign in</a> <a class="button" href="/register">Create an account</a></p>`;
  return layout(
    "Start",
    html`<h1>Sign in once, carry a token, like an article.</h1>
      ${account}
      <h2>For programs</h2>
      <ul>
        <li><a href="/docs">Try every call in Swagger UI</a></li>
        <li><a href="/openapi.yaml">Download the contract</a> and generate a client from it</li>
        <li><a href="/api/articles">Read the articles</a> as JSON</li>
      </ul>`,
  );
}
