import test from "ava";
import { BASE, proxied } from "../support/prefix-proxy.ts";
import { PASSWORD, startServer } from "../support/server.ts";

/** The local paths that a page leads to. */
function linksIn(page: string): string[] {
  return [...page.matchAll(/ (?:href|src|action)="(\/[^"]*)"/g)].map(([, path = ""]) => path);
}

for (const cut of [true, false]) {
  const how = cut ? "cuts the path off" : "leaves the path";

  test(`BASE_PATH behind a proxy that ${how}: all that pages lead to is below it, and is there`, async (t) => {
    const origin = await proxied(t, cut);
    const seen = new Set<string>();
    for (const path of ["/", "/docs", "/login", "/register", "/nothing"]) {
      const answer = await fetch(origin + BASE + path, { headers: { Accept: "text/html" } });
      t.is(answer.status, path === "/nothing" ? 404 : 200);
      const page = await answer.text();
      t.regex(page, /<html lang="en" data-base="\/kudos">/);
      const links = linksIn(page);
      t.true(links.length > 5);
      for (const link of links) {
        t.true(link.startsWith(`${BASE}/`) && !link.startsWith(BASE + BASE), `${path}: ${link}`);
        seen.add(link.replaceAll("&#38;", "&"));
      }
    }
    for (const link of seen) {
      const { status } = await fetch(origin + link, { headers: { Accept: "text/html, */*" } });
      t.true(status === 200 || link === `${BASE}/logout`, `${link}: ${status}`);
    }
  });

  test(`BASE_PATH behind a proxy that ${how}: forms, lists and the contract lead below it`, async (t) => {
    const origin = await proxied(t, cut);
    const form = new URLSearchParams({ email: "ada@example.com", password: PASSWORD, next: "/docs" });
    const headers = { Accept: "text/html", Origin: origin };
    for (const [path, target] of [
      ["/register", "/docs"],
      ["/login", "/docs"],
    ] as const) {
      const answer = await fetch(origin + BASE + path, { method: "POST", body: form, headers, redirect: "manual" });
      t.is(answer.status, 303, await answer.text());
      t.is(answer.headers.get("Location"), BASE + target);
      t.regex(answer.headers.getSetCookie().join(), /; Path=\/; HttpOnly/);
    }
    const list = await fetch(`${origin}${BASE}/api/articles?limit=2`);
    t.regex(list.headers.get("Link") ?? "", /^<\/kudos\/api\/articles\?[^>]+>; rel="next"$/);
    const [, next = ""] = /<([^>]+)>/.exec(list.headers.get("Link") ?? "") ?? [];
    t.is((await fetch(origin + next)).status, 200);
    const contract = (await (await fetch(`${origin}${BASE}/openapi.json`)).json()) as { servers: { url: string }[] };
    t.deepEqual(contract.servers, [{ url: origin + BASE, description: "This server." }]);
    t.regex(
      await (await fetch(`${origin}${BASE}/openapi.yaml`)).text(),
      /^servers: \[\{"url":"http:\/\/[^"]+\/kudos","description":"This server."\}\]\ntags:$/m,
    );
  });
}

test("BASE_PATH: what only begins alike is another path", async (t) => {
  const { url } = await startServer(t, { environment: { BASE_PATH: BASE } });
  for (const [path, status] of [
    ["/kudos", 200],
    ["/kudos?cursor=x", 400],
    ["/kudosx/health/live", 404],
    ["/kudos/kudos/health/live", 404],
    ["/kudos/health/live", 200],
    ["/health/live", 200],
    ["/kudos//evil.example", 404],
  ] as const) {
    t.is((await fetch(url + path, { redirect: "manual" })).status, status, path);
  }
});
