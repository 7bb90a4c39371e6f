import { html } from "./html.ts";
import { layout } from "./layout.ts";

/** Swagger UI for the contract of this server, from this server. */
export function docsPage(): string {
  return layout(
    "Documentation",
    html`<h1>API</h1>
      <p>
        Ask <code>POST /login</code> with <code>include_auth_token</code> for a token, press <strong>Authorize</strong>, put it
        into <code>authenticationToken</code>, and try the calls. The contract is at <a href="/openapi.yaml">/openapi.yaml</a>.
      </p>
      <div id="swagger-ui"></div>
      <noscript><p>Swagger UI needs JavaScript; <a href="/openapi.yaml">the contract</a> does not.</p></noscript>`,
    html`<link rel="stylesheet" href="/assets/swagger-ui.css">
    <script src="/assets/swagger-ui-bundle.js" defer></script>
    <script src="/assets/docs.js" defer></script>`,
  );
}
