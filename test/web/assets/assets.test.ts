import test from "ava";
import { ASSET_NAMES } from "../../../src/web/assets/asset.ts";
import { startServer } from "../../support/server.ts";
import { DECODE, fetchRaw } from "../../support/wire.ts";

const CHOICES: readonly (readonly [string | undefined, string])[] = [
  [undefined, "identity"],
  ["", "identity"],
  ["identity", "identity"],
  ["gzip", "gzip"],
  ["br", "br"],
  ["gzip, deflate, br, zstd", "br"],
  ["GZIP", "gzip"],
  ["br;q=0.5, gzip;q=0.8", "gzip"],
  ["br;q=0, gzip", "gzip"],
  ["br;q=0, gzip;q=0", "identity"],
  ["identity;q=1, br;q=0.5, gzip;q=0.5", "identity"],
  ["deflate, zstd", "identity"],
  ["*", "br"],
  ["*;q=0, gzip", "gzip"],
  ["identity;q=0, gzip;q=0.1", "gzip"],
];

test("getAsset: 200 in the content coding that Accept-Encoding likes best", async (t) => {
  const server = await startServer(t);
  const url = `${server.url}/assets/kudos.css`;
  const plain = (await fetchRaw(url)).content.toString();
  t.regex(plain, /light-dark\(/);
  const tags = new Map<string, string>();
  for (const [accepted, coding] of CHOICES) {
    const { status, headers, content } = await fetchRaw(
      url,
      accepted === undefined ? {} : { "Accept-Encoding": accepted },
    );
    t.is(status, 200, accepted);
    t.is(headers["content-encoding"] ?? "identity", coding, accepted);
    t.is(DECODE[coding]?.(content).toString(), plain, accepted);
    t.is(headers["content-length"], String(content.length), accepted);
    t.is(headers["content-type"], "text/css; charset=utf-8");
    t.true(headers.vary?.split(", ").includes("Accept-Encoding"), accepted);
    tags.set(coding, headers.etag ?? "");
  }
  t.is(new Set(tags.values()).size, 3, "a strong tag for each");
  for (const tag of tags.values()) t.regex(tag, /^"[\w-]+"$/);
});

test("getAsset: 406 when no coding will do, and none neither", async (t) => {
  const server = await startServer(t);
  for (const accepted of ["*;q=0", "identity;q=0", "br;q=0, gzip;q=0, identity;q=0"]) {
    const response = await server.request("/assets/kudos.css", { headers: { "Accept-Encoding": accepted } });
    t.is(response.status, 406, accepted);
  }
});

for (const [id, path] of [
  ["getAsset", "/assets/kudos.css"],
  ["getContractYaml", "/openapi.yaml"],
  ["getContractJson", "/openapi.json"],
  ["getClientContract", "/openapi.client.json"],
]) {
  test(`${id}: 304 and HEAD for each coding by itself`, async (t) => {
    const server = await startServer(t);
    const url = `${server.url}${path}`;
    const plain = (await fetchRaw(url)).content;
    for (const coding of ["br", "gzip", "identity"]) {
      const full = await fetchRaw(url, { "Accept-Encoding": coding });
      t.is(full.headers["content-encoding"] ?? "identity", coding);
      t.deepEqual(DECODE[coding]?.(full.content), plain, coding);
      const head = await fetchRaw(url, { "Accept-Encoding": coding }, "HEAD");
      t.is(head.status, 200);
      t.is(head.content.length, 0);
      t.true(head.headers.vary?.split(", ").includes("Accept-Encoding"));
      for (const name of ["etag", "content-encoding", "content-length", "content-type", "vary", "cache-control"]) {
        t.is(head.headers[name], full.headers[name], `${coding}: ${name}`);
      }
      const condition = { "If-None-Match": full.headers.etag ?? "" };
      const known = await fetchRaw(url, { "Accept-Encoding": coding, ...condition });
      t.is(known.status, 304);
      t.is(known.headers["content-encoding"], undefined);
      t.is(known.content.length, 0);
      const other = await fetchRaw(url, { "Accept-Encoding": coding === "br" ? "gzip" : "br", ...condition });
      t.is(other.status, 200, "what it has is coded otherwise");
    }
  });
}

test("getAsset: 200 under a name that tells the content for good, under a plain name until asked again", async (t) => {
  const server = await startServer(t);
  const pages = await Promise.all(["/", "/docs"].map(async (path) => (await server.request(path)).text()));
  const named = new Set(pages.join("").match(/\/assets\/[\w.-]+/g));
  t.true(named.size >= 5);
  for (const path of named) {
    t.regex(path, /-[\w-]{8}\.(css|js|svg)$/);
    const response = await server.request(path);
    t.is(response.headers.get("Cache-Control"), "public, max-age=31536000, immutable", path);
    t.truthy(response.headers.get("Content-Encoding"), path);
  }
  for (const name of ASSET_NAMES) {
    const response = await server.request(`/assets/${name}`);
    t.is(response.status, 200, name);
    t.is(response.headers.get("Cache-Control"), "no-cache", name);
    t.notRegex(await response.text(), /sourceMappingURL=\w/, name);
  }
});

for (const coding of ["br", "gzip"]) {
  test(`showHome: the page and all that it loads at first is under 60 kilobytes as it is sent, by ${coding}`, async (t) => {
    const server = await startServer(t);
    const accept = { "Accept-Encoding": coding };
    const sizes = new Map<string, number>();
    const waiting = ["/"];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (sizes.has(path)) continue;
      const { content, headers } = await fetchRaw(`${server.url}${path}`, accept);
      t.is(headers["content-encoding"], coding, path);
      sizes.set(path, content.length);
      const text = DECODE[coding]?.(content).toString() ?? "";
      waiting.push(...(path === "/" ? (text.match(/\/assets\/[\w.-]+/g) ?? []) : []));
      const imports = text.matchAll(/\b(?:from|import)\s*["`]\.\/([\w.-]+)["`]/g);
      for (const [, name] of imports) waiting.push(`/assets/${name}`);
    }
    const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    t.true(sizes.size >= 4);
    t.true(bytes < 60_000, `${bytes} bytes`);
  });
}
