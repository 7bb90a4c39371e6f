import type { Assets } from "../assets/asset.ts";
import { type Html, html } from "./html.ts";

/** The parts of a page besides the frame that all pages share. */
export interface PageParts {
  /** The `<title>`, before the name of the site. */
  readonly title: string;
  readonly content: Html;
  /** The path of the page, which the navigation marks as current. */
  readonly path?: string;
  /** The end of the header: the person who is signed in, or the way in. */
  readonly account?: Html | false;
  /** The width of the content; that of text when left out. */
  readonly width?: "narrow" | "wide";
  /** Whether the browser sends several session cookies, so that nobody can be signed in by one. */
  readonly cookiesCollide?: boolean;
  /** More elements of `<head>`. */
  readonly head?: Html;
}

const COOKIES_COLLIDE = html`<div class="notice error" role="alert">
        <p>You are signed out, because your browser sends several session cookies to this site and nothing tells which one is yours.</p>
        <p>Delete the cookies of this site in your browser, then sign in again.</p>
      </div>`;

/** A whole page, as the text of an HTML document. */
export function layout(
  assets: Assets,
  { title, content, path, account, width, cookiesCollide = false, head }: PageParts,
): string {
  const link = (to: string, text: string) =>
    html`<a href="${to}"${to === path && html` aria-current="page"`}>${text}</a>`;
  const { base } = assets;
  const page = `<!doctype html>\n${html`<html lang="en"${base !== undefined && html` data-base="${base}"`}>
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · Kudos</title>
    <link rel="icon" href="${assets.url("kudos.svg")}" type="image/svg+xml">
    <link rel="stylesheet" href="${assets.url("kudos.css")}">
    ${head}
  </head>
  <body>
    <a class="skip" href="#main">Skip to the content</a>
    <header class="site-header">
      <div class="site-bar">
        <a class="brand" href="/"><img src="${assets.url("kudos.svg")}" alt="" width="28" height="28">Kudos</a>
        <nav class="site-nav" aria-label="Site">${link("/", "Articles")} ${link("/docs", "Documentation")}</nav>
        <div class="account" id="account">${account}</div>
      </div>
    </header>
    <main id="main" tabindex="-1"${width && html` class="${width}"`}>
      ${cookiesCollide && COOKIES_COLLIDE}
      ${content}
    </main>
    <footer class="site-footer">
      <ul>
        <li><a href="/docs">Try the API</a></li>
        <li><a href="/openapi.yaml">The contract, as OpenAPI</a></li>
      </ul>
    </footer>
  </body>
</html>`}\n`;
  return base === undefined ? page : below(base, page);
}

/** A page whose links to local paths lead below a path of the host. No text of others has a quotation mark here: they are escaped. */
function below(base: string, page: string): string {
  return page.replace(/ (href|src|action)="(\/[^"]*)"/g, (link, name, path) =>
    path === base || path.startsWith(`${base}/`) ? link : ` ${name}="${base}${path}"`,
  );
}
