import test from "ava";
import type { Assets } from "../../../src/web/assets/asset.ts";
import { loadAssets } from "../../../src/web/assets/assets.ts";
import { accountForm } from "../../../src/web/pages/account-form.ts";
import { errorPage } from "../../../src/web/pages/error-page.ts";
import { type Home, homePage } from "../../../src/web/pages/home-page.ts";
import { html } from "../../../src/web/pages/html.ts";
import { layout } from "../../../src/web/pages/layout.ts";
import { waitInWords } from "../../../src/web/wording.ts";

let assets: Assets;
const SCRIPT = `"'><script>alert(1)</script>`;
const RULES = {
  registrationOpen: true,
  minPasswordLength: 12,
  sendsMail: true,
  passkeySite: null,
  personalTokenDays: 40,
  takesUsernames: false,
};
const ARTICLE = { id: 1, title: "On tokens", author: "Ada", createdAt: new Date(0), likeCount: 1, likedByMe: false };
const HOME: Home = { articles: [ARTICLE], cursor: undefined, nextCursor: null, session: undefined, ...RULES };

test.before(async () => {
  assets = await loadAssets();
});

test("no text of a page becomes markup", (t) => {
  const errors = { "": [SCRIPT], email: [SCRIPT], password: [SCRIPT] };
  const pages = [
    layout(assets, { title: SCRIPT, content: html`<p>${SCRIPT}</p>` }),
    homePage(assets, {
      ...HOME,
      session: { id: SCRIPT, email: SCRIPT, persistent: true },
      articles: [{ ...ARTICLE, title: SCRIPT, author: SCRIPT }],
    }),
    errorPage(assets, { status: 404, title: SCRIPT, detail: SCRIPT, errors: [{ detail: SCRIPT }], instance: SCRIPT }),
    errorPage(assets, { status: 500, title: "", instance: "", again: `/${SCRIPT}`, back: `/${SCRIPT}` }),
    accountForm(assets, "login", { next: SCRIPT, email: SCRIPT, errors, signedInAs: SCRIPT }, RULES),
    accountForm(assets, "register", { next: SCRIPT, email: SCRIPT, errors: { [SCRIPT]: [SCRIPT] } }, RULES),
  ];
  for (const page of pages) {
    t.notRegex(page, /<script(?! type="module" src="\/assets\/)|"'>/);
    t.true(page.includes("&#60;script&#62;"));
  }
});

test("a form says each message where it belongs, and nothing where there is none", (t) => {
  const clean = accountForm(assets, "login", { next: "/" }, RULES);
  t.notRegex(clean, /role="alert"|aria-invalid|class="errors"/);
  const errors = { "": ["All wrong."], email: ["Too short.", "No at."], remember: ["Odd."] };
  const faulty = accountForm(assets, "register", { next: "/", email: "ada", errors }, RULES);
  t.regex(faulty, /id="form-errors" role="alert"><p>All wrong\.<\/p><p>remember: Odd\.<\/p><\/div>/);
  t.regex(faulty, /aria-invalid="true" aria-describedby="form-errors email-errors" autofocus/);
  t.regex(faulty, /id="email-errors" role="alert"><p>Too short\.<\/p><p>No at\.<\/p>/);
  t.notRegex(faulty, /password-errors/);
});

test("a form starts at its first wrong field, and at the password when it is as a whole that it is refused", (t) => {
  const focused = (errors: Record<string, string[]>) =>
    [...accountForm(assets, "login", { next: "/", errors }, RULES).matchAll(/<input id="(\w+)"[^>]* autofocus>/g)].map(
      ([, name]) => name,
    );
  t.deepEqual(focused({}), ["email"]);
  t.deepEqual(focused({ email: ["x"], password: ["y"] }), ["email"]);
  t.deepEqual(focused({ password: ["y"] }), ["password"]);
  t.deepEqual(focused({ "": ["z"] }), ["password"]);
});

test("a form that is refused as a whole says so of both fields, and of none where nobody has looked at them", (t) => {
  const inputs = (state: object) =>
    [...accountForm(assets, "login", { next: "/", ...state }, RULES).matchAll(/<input id="(\w+)"[^>]*>/g)].map(
      ([input, name]) =>
        `${name}:${["aria-invalid", "form-errors", "autofocus"].filter((what) => input.includes(what))}`,
    );
  t.deepEqual(inputs({ errors: { "": ["Wrong."] } }), [
    "email:aria-invalid,form-errors",
    "password:aria-invalid,form-errors,autofocus",
  ]);
  t.deepEqual(inputs({ obstacles: ["Too busy."] }), ["email:", "password:form-errors,autofocus"]);
});

test("a form keeps whether the box was ticked, and tells how long a new password has to be", (t) => {
  t.regex(accountForm(assets, "login", { next: "/", remember: true }, RULES), /name="remember" value="on" checked>/);
  t.notRegex(accountForm(assets, "login", { next: "/" }, RULES), / checked/);
  t.regex(accountForm(assets, "register", { next: "/" }, RULES), /id="password-hint">At least 12 characters/);
  t.notRegex(accountForm(assets, "login", { next: "/" }, RULES), /12 characters/);
});

test("a form leads to the other form with the same way back, and nowhere where nobody can register", (t) => {
  const closed = { ...RULES, registrationOpen: false };
  t.regex(accountForm(assets, "login", { next: "/a?b=c&d" }, RULES), /href="\/register\?next=%2Fa%3Fb%3Dc%26d"/);
  t.regex(accountForm(assets, "register", { next: "/" }, RULES), /href="\/login\?next=%2F"/);
  t.notRegex(accountForm(assets, "login", { next: "/" }, closed), /href="\/register/);
  const page = accountForm(assets, "register", { next: "/" }, closed);
  t.regex(page, /takes no new accounts/);
  t.notRegex(page, /<input/);
});

test("the start page has the articles, the way on and back, and what the view application has to know", (t) => {
  const page = homePage(assets, {
    ...HOME,
    cursor: "abc",
    nextCursor: "def",
    session: { id: "s1", email: "ada@example.com", persistent: false },
  });
  t.regex(page, /<h2 class="article-title">On tokens<\/h2>.*Ada · <time datetime="1970-01-01T[^"]+">1 January 1970/s);
  t.regex(page, /href="\/">Newest articles<.*rel="next" href="\/\?cursor=def"/s);
  t.regex(
    page,
    /id="app" data-session="s1" data-signed-in="ada@example\.com" data-registration="open" data-min-password-length="12" data-mail="on" data-personal-token-days="40">/,
  );
  const kept = homePage(assets, { ...HOME, session: { id: "s1", email: "ada@example.com", persistent: true } });
  t.regex(kept, /data-signed-in="ada@example\.com" data-persistent data-registration/);
  const stranger = homePage(assets, { ...HOME, registrationOpen: false, articles: [] });
  t.regex(stranger, /id="app" data-registration="closed"/);
  t.regex(stranger, /Nobody has written one yet/);
  t.regex(homePage(assets, { ...HOME, cursor: "abc", articles: [] }), /none that are older/);
});

test("an error page says what happened, what to do, and what to quote", (t) => {
  const page = (status: number, more = {}) =>
    errorPage(assets, { status, title: "Title", instance: "urn:uuid:1-2", ...more });
  t.regex(page(404, { detail: "No such article." }), /<p>No such article\.<\/p>/);
  t.regex(page(404), /404 Title.*Page not found.*mistyped/s);
  t.regex(page(405), /meant for a form/);
  t.regex(page(418), /<h1>Title<\/h1>.*cannot be answered.*<dd>1-2<\/dd>/s);
  t.regex(page(429, { retryAfterSeconds: 840 }), /Try again in about 14 minutes\./);
  t.regex(
    page(400, { errors: [{ parameter: "cursor", detail: "is odd" }, { detail: "Odd." }] }),
    /<li>cursor: is odd<\/li><li>Odd\.<\/li>/,
  );
  t.regex(
    page(500, { again: "/?a=b&c", back: "/docs" }),
    /class="button" href="\/\?a=b&#38;c">Try again.*class="button secondary" href="\/docs">Back/s,
  );
  // Two links to the same path are drawn once.
  const links = page(500, { again: "/", back: "/" }).match(/class="button[^>]*>[^<]+/g);
  t.deepEqual(links, ['class="button" href="/">Try again']);
});

test("an error page for a plain 404 says it once, and one with a reason says that", (t) => {
  const problem = { status: 404, title: "Not Found", type: "about:blank", instance: "urn:uuid:1" };
  const plain = errorPage(assets, { ...problem, detail: "There is nothing at this address." });
  t.is(plain.match(/not found/gi)?.length, 2, "in the title and in the heading");
  t.notRegex(plain, /There is nothing/);
  t.regex(plain, /<p class="status-code">404<\/p>/);
  const article = errorPage(assets, { ...problem, type: "urn:kudos:problem:x", detail: "There is no such article." });
  t.regex(article, /<p>There is no such article\.<\/p>/);
});

test("an own like is drawn as liked without a script, and no other is", async (t) => {
  const articles = [ARTICLE, { ...ARTICLE, likedByMe: true }];
  const [, one = "", own = ""] = homePage(assets, { ...HOME, articles }).split('<span class="like"');
  t.notRegex(one, /^[^>]*data-liked/);
  t.regex(own, /^[^>]* data-liked>/);
  const style = String(Buffer.from((await assets.find("kudos.css")?.identity())?.content ?? []));
  const rule = /\.like\[aria-pressed="?true"?\],\s*\.like\[data-liked\]\s*\{/;
  t.regex(style, rule, "with the filled heart of a pressed button");
});

test("a wait is told as a person would tell it", (t) => {
  t.deepEqual([1, 6, 90, 91, 5400, 5401].map(waitInWords), [
    "a few seconds",
    "about 10 seconds",
    "about 90 seconds",
    "about 2 minutes",
    "about 90 minutes",
    "about 2 hours",
  ]);
});

test("an error page says once what is wrong, be it of the whole or of a part", (t) => {
  const problem = { status: 400, title: "Bad Request", detail: "This cursor is none.", instance: "urn:uuid:1" };
  const of = (...errors: { detail: string; parameter: string }[]) => errorPage(assets, { ...problem, errors });
  t.is(of({ detail: problem.detail, parameter: "cursor" }).split(problem.detail).length, 2);
  t.regex(
    of({ detail: "Too long.", parameter: "cursor" }),
    /<p>This cursor is none\.<\/p>\s*<ul><li>cursor: Too long\./,
  );
});
