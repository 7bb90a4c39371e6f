import test from "ava";
import { accountForm } from "../../src/web/account-form.ts";
import { errorPage } from "../../src/web/error-page.ts";
import { homePage } from "../../src/web/home-page.ts";
import { html } from "../../src/web/html.ts";
import { layout } from "../../src/web/layout.ts";

const SCRIPT = `"'><script>alert(1)</script>`;

test("no text of a page becomes markup", (t) => {
  const pages = [
    layout(SCRIPT, html`<p>${SCRIPT}</p>`),
    homePage(SCRIPT),
    errorPage({ status: 404, title: SCRIPT, detail: SCRIPT, instance: SCRIPT }),
    accountForm("login", {
      next: SCRIPT,
      email: SCRIPT,
      errors: { "": [SCRIPT], email: [SCRIPT], password: [SCRIPT] },
    }),
    accountForm("register", { next: SCRIPT, email: SCRIPT, errors: { [SCRIPT]: [SCRIPT] } }),
  ];
  for (const page of pages) {
    t.notRegex(page, /<script|"'>/);
    t.true(page.includes("&#60;script&#62;"));
  }
});

test("a form says each message where it belongs, and nothing where there is none", (t) => {
  const clean = accountForm("login", { next: "/" });
  t.notRegex(clean, /role="alert"|aria-invalid/);
  const faulty = accountForm("register", {
    next: "/",
    email: "ada",
    errors: { "": ["All wrong."], email: ["Too short.", "No at."], remember: ["Odd."] },
  });
  t.regex(faulty, /id="form-errors" role="alert"><li>All wrong\.<\/li><li>remember: Odd\.<\/li><\/ul>/);
  t.regex(faulty, /aria-describedby="email-errors"/);
  t.regex(faulty, /id="email-errors" role="alert"><li>Too short\.<\/li><li>No at\.<\/li>/);
  t.notRegex(faulty, /password-errors/);
});

test("a form leads to the other form with the same way back", (t) => {
  t.regex(accountForm("login", { next: "/a?b=c&d" }), /href="\/register\?next=%2Fa%3Fb%3Dc%26d"/);
  t.regex(accountForm("register", { next: "/" }), /href="\/login\?next=%2F"/);
});

test("an error page says what happened, even if nobody has said more", (t) => {
  const page = (status: number, detail?: string) =>
    errorPage({ status, title: "Title", instance: "urn:uuid:1", ...(detail && { detail }) });
  t.regex(page(404, "No such article."), /<p>No such article\.<\/p>/);
  t.regex(page(404), /nothing at this address/);
  t.regex(page(405), /cannot be used that way/);
  t.regex(page(500), /cannot be answered.*Status 500, request urn:uuid:1/s);
});
