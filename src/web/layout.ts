import { type Html, html } from "./html.ts";

/** A whole page: `<title>`, the header that all pages share, and its content. Answers the document's text. */
export function layout(title: string, content: Html, head: Html = html``): string {
  return `<!doctype html>\n${html`<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · Kudos</title>
    <link rel="icon" href="/assets/kudos.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/assets/kudos.css">
    ${head}
  </head>
  <body>
    <header>
      <a class="brand" href="/">Kudos</a>
      <nav><a href="/docs">Documentation</a> <a href="/openapi.yaml">Contract</a></nav>
    </header>
    <main>
      ${content}
    </main>
  </body>
</html>`}\n`;
}
