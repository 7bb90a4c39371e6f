import type { Assets } from "../assets/asset.ts";
import { accountBar } from "./account-bar.ts";
import { formScript } from "./form-field.ts";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";

/** The facts about the server and the request that the page shows. */
export interface DocsRules {
  readonly registrationOpen: boolean;
  readonly cookiesCollide: boolean;
  /** The name of the session's cookie on this connection: with a prefix behind https. */
  readonly sessionCookie: string;
}

/** The page with Swagger UI for this server's contract, and a sign-in. `email` is that of the session's person. */
export function docsPage(
  assets: Assets,
  email: string | undefined,
  { registrationOpen, cookiesCollide, sessionCookie }: DocsRules,
): string {
  return layout(assets, {
    title: "Documentation",
    path: "/docs",
    width: "wide",
    cookiesCollide,
    account: accountBar(email, { next: "/docs", registrationOpen }),
    content: html`<h1>API documentation</h1>
      <p class="lead">Every call of this server, out of its contract: read it, try it, generate a client from it.</p>
      <p class="actions">
        <a class="button secondary" href="/openapi.yaml" download="openapi.yaml">Download openapi.yaml</a>
        <a href="/openapi.json">The same as JSON</a>
        <a href="/openapi.client.json">What clients need of it</a>
      </p>
      <div class="docs-layout">
        ${NAVIGATION}
        <div class="docs-content">
          <div class="docs-start">
            ${access(email, registrationOpen)}
            ${CLIENTS}
          </div>
          <div id="swagger-ui" tabindex="-1" data-session-cookie="${sessionCookie}"></div>
        </div>
      </div>
      <p class="toast" id="docs-news" role="status"></p>
      <noscript><p>Swagger UI needs JavaScript; <a href="/openapi.yaml">the contract</a> does not.</p></noscript>`,
    head: html`<link rel="stylesheet" href="${assets.url("swagger-ui.css")}">
    <link rel="stylesheet" href="${assets.url("docs.css")}">
    <script id="swagger-ui-bundle" src="${assets.url("swagger-ui-bundle.js")}" defer></script>
    <script type="module" src="${assets.url("docs.js")}"></script>
    ${formScript(assets)}`,
  });
}

/** The panel that signs in. Hidden without a script, which alone can hand the token to Swagger UI. */
function access(email: string | undefined, registrationOpen: boolean): Html {
  return html`<section class="panel" id="access" aria-labelledby="access-title"${email !== undefined && html` data-session="${email}"`} hidden>
          <h2 id="access-title">Sign in to try the calls</h2>
          <p id="access-state" role="status"></p>
          <form class="form" id="access-form" method="post" action="/login" novalidate>
            <div class="field"><label for="access-email">E-mail address</label>
              <input id="access-email" name="email" type="email" autocomplete="username" required maxlength="254"></div>
            <div class="field"><label for="access-password">Password</label>
              <div class="hidden-input"><input id="access-password" name="password" type="password" autocomplete="current-password" required maxlength="1024"></div></div>
            <div class="actions">
              <button class="button" name="access" value="token">Get a token</button>
              <button class="button secondary" name="access" value="session">Use a cookie session</button>
            </div>
            <p class="hint">A token goes into “Authorize” below, and with every call that takes one. A cookie session goes with the calls that take a cookie.${registrationOpen && html` <a href="/register?next=%2Fdocs">No account yet?</a>`}</p>
          </form>
          <div class="errors" id="access-errors" role="alert"></div>
          <p class="actions" id="access-out" hidden><button class="button secondary small" type="button">Sign out</button></p>
        </section>`;
}

/** The list at the side, which the script fills: it reads the contract. */
const NAVIGATION = html`<nav class="docs-nav" id="docs-nav" aria-label="Guide and operations">
          <div class="docs-nav-bar">
            <button class="button secondary small" id="docs-menu" type="button" aria-expanded="false" aria-controls="docs-list">Contents</button>
            <input id="docs-search" type="search" aria-label="Search operations" aria-keyshortcuts="/" placeholder="Search ( / )" autocomplete="off" spellcheck="false" maxlength="100" disabled>
          </div>
          <p id="docs-found" role="status"></p>
          <div id="docs-list"></div>
        </nav>`;

const CLIENTS = html`<section class="panel" aria-labelledby="clients-title">
          <h2 id="clients-title">Generate a client</h2>
          <p>Any of these makes typed calls in TypeScript out of the contract.</p>
          <h3>openapi-typescript and openapi-fetch</h3>
          <pre tabindex="0"><code>npx openapi-typescript <span class="contract">openapi.client.json</span> -o kudos.ts
npm install openapi-fetch</code></pre>
          <h3>Hey API</h3>
          <pre tabindex="0"><code>npm install -D typescript@5 @hey-api/openapi-ts
npx openapi-ts -i <span class="contract">openapi.client.json</span> -o kudos</code></pre>
          <h3>Orval</h3>
          <pre tabindex="0"><code>npx orval --input <span class="contract">openapi.client.json</span> --output kudos.ts --client fetch</code></pre>
        </section>`;
