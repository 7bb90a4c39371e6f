import test from "ava";
import { startServerOnDisk } from "../../support/database-file.ts";
import { signIn, signUp, startServer } from "../../support/server.ts";

const BROWSER = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
const PAGES = ["/", "/login", "/register", "/docs", "/nothing-is-here", "/api/nothing-is-here"];

test("showHome: 200 with where to go, and who is signed in", async (t) => {
  const server = await startServer(t);
  const { email } = await signUp(server, "o'neil@example.com");
  const stranger = await server.request("/", { headers: BROWSER });
  t.is(stranger.status, 200);
  const page = await stranger.text();
  for (const path of ["/login", "/register", "/docs", "/openapi.yaml"]) t.true(page.includes(`href="${path}"`));
  const { cookie } = await signIn(server, email);
  const known = await server.request("/", { headers: { ...BROWSER, Cookie: cookie } });
  t.regex(await known.text(), /class="who-name">o&#39;neil@example\.com.*action="\/logout"/s);
  t.is(known.headers.get("Cache-Control"), "no-store");
  t.regex(known.headers.get("Vary") ?? "", /\bCookie\b/);
});

test("every page says in its header who is signed in, one that no operation draws among them", async (t) => {
  const server = await startServer(t);
  const { email } = await signUp(server);
  const { cookie } = await signIn(server, email);
  const header = async (path: string, headers: object) =>
    /<div class="account" id="account">(.*?)<\/div>/s.exec(
      await (await server.request(path, { headers: { ...BROWSER, ...headers } })).text(),
    )?.[1] ?? "";
  for (const path of [...PAGES, "/?cursor=elsewhere"]) {
    t.regex(await header(path, { Cookie: cookie }), /ada@example\.com.*action="\/logout"/s, path);
    t.notRegex(await header(path, { Cookie: "kudos_session=ended" }), /logout/, path);
  }
  const refused = await server.request("/login", {
    method: "POST",
    headers: { ...BROWSER, Cookie: cookie, Origin: server.url },
    body: new URLSearchParams({ email, password: "not the password" }),
  });
  t.is(refused.status, 400);
  t.regex(await refused.text(), /id="account">.*ada@example\.com.*action="\/logout"/s);
});

test("every page has the same header, with the ways in while nobody is signed in", async (t) => {
  const server = await startServer(t);
  const header = async (path: string, init: RequestInit = {}) => {
    const response = await server.request(path, { ...init, headers: { ...BROWSER, Origin: server.url } });
    const [, drawn = ""] = /<header class="site-header">(.*?)<\/header>/s.exec(await response.text()) ?? [];
    return drawn.replaceAll(/ aria-current="page"|\?next=[^"]*/g, "");
  };
  const home = await header("/");
  t.regex(home, /href="\/login">Sign in<.*href="\/register">Create an account</s);
  for (const path of [...PAGES, "/api/test_session/nothing"]) t.is(await header(path), home, path);
  const body = new URLSearchParams({ email: "ada@example.com", password: "wrong" });
  t.is(await header("/login", { method: "POST", body }), home);
});

test("an error page comes without a name in its header where the database cannot tell whose the session is", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const { email } = await signUp(server);
  const { cookie } = await signIn(server, email);
  await sql("alter table session rename to elsewhere");
  const response = await server.request("/nothing-is-here", { headers: { ...BROWSER, Cookie: cookie } });
  t.is(response.status, 404);
  t.regex(await response.text(), /<div class="account" id="account"><\/div>/);
});

test("showHome: 200 for a cookie that has ended, as for a stranger, and for any query", async (t) => {
  const server = await startServer(t);
  for (const path of ["/", "/?utm_source=mail&a[]=b"]) {
    const response = await server.request(path, { headers: { ...BROWSER, Cookie: "kudos_session=ended" } });
    t.is(response.status, 200);
    t.regex(await response.text(), /Create an account/);
  }
});

test("every page comes as HTML, names no other host and has nothing inline", async (t) => {
  const server = await startServer(t);
  for (const path of PAGES) {
    const response = await server.request(path, { headers: BROWSER });
    t.is(response.status, path.endsWith("nothing-is-here") ? 404 : 200, path);
    t.is(response.headers.get("Content-Type"), "text/html; charset=utf-8", path);
    const page = await response.text();
    t.true(page.startsWith("<!doctype html>\n"), path);
    t.regex(page, /<html lang="en">.*<title>[^<]+<\/title>.*<h1>/s);
    for (const [, address = ""] of page.matchAll(/(?:href|src|action)="([^"]*)"/g)) {
      t.regex(address, /^(?:#main$|\/(?!\/))/, `${path}: ${address}`);
    }
    // Commands to copy contain the address of the server, so they are no links.
    const markup = page.replaceAll(/<code>.*?<\/code>/gs, "");
    t.notRegex(markup, /https?:|\bstyle=|<style|\son\w+=|<script(?![^>]* src=)/, path);
    const checked = [...page.matchAll(/<(?:a|link)[^>]* href="([^"#]+)"/g)].map(([, address = ""]) => address);
    for (const address of checked) t.is((await server.request(address)).status, 200, `${path} links to ${address}`);
  }
});

test("every answer forbids what a page of ours does not need", async (t) => {
  const server = await startServer(t);
  for (const path of [...PAGES, "/api/articles", "/api/test", "/openapi.json", "/assets/kudos.css"]) {
    const { headers } = await server.request(path, { headers: BROWSER });
    const policy = Object.fromEntries(
      (headers.get("Content-Security-Policy") ?? "").split(";").map((directive) => {
        const [name = "", ...sources] = directive.trim().split(" ");
        return [name, sources.join(" ")];
      }),
    );
    t.is(policy["default-src"], "'none'", path);
    t.is(policy["script-src"], "'self'");
    t.is(policy["style-src"], "'self'");
    t.is(policy["form-action"], "'self'");
    t.is(policy["base-uri"], "'none'");
    t.is(policy["frame-ancestors"], "'none'");
    t.notRegex(JSON.stringify(policy), /unsafe|\*|https?:/);
    t.is(headers.get("X-Content-Type-Options"), "nosniff");
    t.is(headers.get("X-Frame-Options"), "DENY");
    t.is(headers.get("Referrer-Policy"), "same-origin");
    t.is(headers.get("X-Powered-By"), null);
  }
});

test("showLoginForm: 200 can be filled in without JavaScript", async (t) => {
  const server = await startServer(t);
  for (const [path, password, name] of [
    ["/login", "current-password", "username webauthn"],
    ["/register", "new-password", "username"],
  ] as const) {
    const page = await (await server.request(path, { headers: BROWSER })).text();
    t.regex(page, new RegExp(`<form class="form" method="post" action="${path}" novalidate>`));
    t.regex(page, /<label for="email">.*<input id="email" name="email" type="email" autocomplete=/s);
    t.true(page.includes(`type="email" autocomplete="${name}" required`));
    t.regex(
      page,
      new RegExp(`<input id="password" name="password" type="password" autocomplete="${password}" required`),
    );
    t.notRegex(page, /<main.*<script/s);
  }
});

test("showHome, showDocumentation: 200 without a way to an account where registration is closed", async (t) => {
  const [closed, open] = [await startServer(t, { environment: { REGISTRATION: "closed" } }), await startServer(t)];
  for (const path of ["/", "/docs"]) {
    const page = async (server: typeof open) =>
      (await server.request(path, { headers: { Accept: "text/html" } })).text();
    t.true((await page(open)).includes('href="/register'), path);
    t.false((await page(closed)).includes('href="/register'), path);
  }
  t.regex(await (await closed.request("/")).text(), /data-registration="closed"/);
});
