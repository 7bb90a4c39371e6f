import { readFile } from "node:fs/promises";
import test from "ava";
import { parse } from "yaml";
import { exchange, requestText } from "../../support/raw.ts";
import { startServer } from "../../support/server.ts";

const CONTRACT = new URL("../../../openapi.yaml", import.meta.url);
const ARAZZO = new URL("../../../src/web/docs/arazzo.yaml", import.meta.url);

test("getContractYaml: 200 with the bytes of the file, but for the address of the server", async (t) => {
  const server = await startServer(t);
  const response = await server.request("/openapi.yaml");
  t.is(response.status, 200);
  t.is(response.headers.get("Content-Type"), "application/yaml");
  const own = `servers: [{"url":"${server.url}","description":"This server."}]\n`;
  const written = await readFile(CONTRACT, "utf8");
  t.is(await response.text(), written.replace(/^servers:\n(?: .*\n)+/m, own));
});

test("getContractJson: 200 with the same document", async (t) => {
  const server = await startServer(t);
  const response = await server.request("/openapi.json");
  t.is(response.status, 200);
  t.is(response.headers.get("Content-Type"), "application/json");
  const servers = [{ url: server.url, description: "This server." }];
  t.deepEqual(JSON.parse(await response.text()), { ...parse(await readFile(CONTRACT, "utf8")), servers });
});

test("getArazzo: 200 with the bytes of the file, whose source is this server's contract", async (t) => {
  const server = await startServer(t, { environment: { BASE_PATH: "/kudos" } });
  const response = await fetch(`${server.url}/kudos/arazzo.yaml`);
  t.is(response.status, 200);
  t.is(response.headers.get("Content-Type"), "application/yaml");
  const text = await response.text();
  t.is(text, await readFile(ARAZZO, "utf8"));
  const sources = parse(text).sourceDescriptions.map(({ url }: { url: string }) => new URL(url, response.url).pathname);
  t.deepEqual(sources, ["/kudos/openapi.yaml"]);
});

test("showDocumentation: 200 names only assets that are served from here, in their own types", async (t) => {
  const server = await startServer(t);
  const page = await (await server.request("/docs")).text();
  const named = [...page.matchAll(/ (?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
  const plain = new Set(named.map((path) => path.replace(/-[\w-]{8}(?=\.)/, "")));
  t.deepEqual([...plain].toSorted(), [
    "/assets/docs.css",
    "/assets/docs.js",
    "/assets/forms.js",
    "/assets/kudos.css",
    "/assets/kudos.svg",
    "/assets/swagger-ui-bundle.js",
    "/assets/swagger-ui.css",
  ]);
  const types: Record<string, RegExp> = {
    css: /^text\/css; charset=utf-8$/,
    js: /^text\/javascript; charset=utf-8$/,
    svg: /^image\/svg\+xml$/,
  };
  for (const path of named) {
    for (const accept of ["*/*", "text/css,*/*;q=0.1", "image/avif,image/webp,image/svg+xml,image/*;q=0.8,*/*;q=0.5"]) {
      const response = await server.request(path, { headers: { Accept: accept } });
      t.is(response.status, 200, path);
      t.regex(response.headers.get("Content-Type") ?? "", types[path.split(".").at(-1) ?? ""] ?? /never/, path);
      t.is(response.headers.get("X-Content-Type-Options"), "nosniff");
      t.is(response.headers.get("Cache-Control"), "public, max-age=31536000, immutable");
      t.true((await response.text()).length > 100, path);
    }
  }
});

test("showDocumentation: 200 tells how to generate a client as the README does, in the same order", async (t) => {
  const server = await startServer(t);
  const page = await (await server.request("/docs")).text();
  const readme = await readFile(new URL("../../../README.md", import.meta.url), "utf8");
  const commands = (text: string) =>
    text
      .replaceAll(/<[^>]+>|http:\/\/localhost:8080\/| +#.*/g, "")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => /^(npx|npm install) openapi-(typescript|fetch)\b/.test(line));
  t.deepEqual(commands(page), commands(readme));
  t.is(commands(page).length, 2);
});

test("getIcon: 200 with the icon of the pages, whatever images a browser likes", async (t) => {
  const server = await startServer(t);
  const icon = await (await server.request("/assets/kudos.svg")).text();
  for (const accept of ["*/*", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"]) {
    const response = await server.request("/favicon.ico", { headers: { Accept: accept } });
    t.is(response.status, 200);
    t.is(response.headers.get("Content-Type"), "image/svg+xml");
    t.is(response.headers.get("Cache-Control"), "no-cache");
    t.is(await response.text(), icon);
  }
});

test("getAsset: 404 or 400 for anything that is not one of the files", async (t) => {
  const server = await startServer(t);
  const names = [
    "nothing.css",
    "docs.JS",
    "manifest.json",
    "kudos.css.br",
    "view.css.gz",
    "layout.ts",
    "package.json",
    "...",
    "%2e%2e%2fapp.ts",
    "..%2f..%2fopenapi.yaml",
  ];
  for (const name of [
    ...names,
    "__proto__",
    "constructor",
    "toString",
    "kudos.css%00",
    "kudos.css%0a",
    "a".repeat(101),
    "é",
  ]) {
    const response = await server.request(`/assets/${name}`);
    t.true([400, 404].includes(response.status), `${name}: ${response.status}`);
    t.notRegex(await response.text(), /import |ENOENT|"names"/, name);
  }
  t.is((await server.request("/assets/")).status, 404);
  // A raw request: `fetch` would resolve the dot segments.
  for (const path of ["/assets/..", "/assets/../package.json", "/assets/./kudos.css", "/assets//kudos.css"]) {
    const [answer] = await exchange(server.url, requestText(`GET ${path} HTTP/1.1`));
    t.true([400, 404].includes(answer?.status ?? 0), path);
  }
});
