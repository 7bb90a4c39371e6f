import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { browserTest, visit } from "../support/browser/browser.ts";
import { signIn } from "../support/browser/docs-page.ts";
import { signIn as logInForSession, PASSWORD, signUp, startServer, type TestServer } from "../support/server.ts";

const run = promisify(execFile);

/** The languages, with the program that runs a sample of each. */
const LANGUAGES = [
  ["curl", "sh", ["-c"]],
  ["fetch", process.execPath, ["--input-type=module", "--eval"]],
  ["Python", "python3", ["-c"]],
] as const;

/** The text of an operation's sample. */
async function sampleOf(page: Page, id: string, language: string): Promise<string> {
  const samples = page.locator(`.opblock[id$="-${id}"] .samples`);
  if (!(await samples.isVisible())) await page.locator(`#docs-list a[href$="/${id}"]`).click();
  await samples.getByRole("tab", { name: language }).click();
  return (await samples.locator("pre").textContent()) ?? "";
}

/** The languages whose program this machine has; the title of the test names the others. */
const RUNNING = LANGUAGES.filter(
  ([language, program]) => !spawnSync(commandOf(language, program), ["--version"]).error,
);
const MISSING = LANGUAGES.filter((one) => !RUNNING.includes(one)).map(([language]) => language);
const WITHOUT = MISSING.length > 0 ? ` (skipped: ${MISSING.join(", ")})` : "";

function commandOf(language: string, program: string): string {
  return language === "curl" ? "curl" : program;
}

/** The value of a new session's cookie. */
async function sessionOf(server: TestServer, password: string): Promise<string> {
  return (await logInForSession(server, "ada@example.com", password)).cookie.replace("kudos_session=", "");
}

/** Whether a text has the beginning of a token in it. The cookie's name begins with the same word. */
function holdsToken(text: string): boolean {
  return text.replaceAll("kudos_session", "").includes("kudos_");
}

browserTest(
  `the documentation: samples in curl, fetch and Python run, with the form's values, and never hold the token${WITHOUT}`,
  async (t) => {
    t.timeout(5 * 60_000);
    const server = await startServer(t);
    const ada = await signUp(server);
    const { page } = await visit(t, server.url, { viewport: { width: 1280, height: 800 } });
    await page.goto("/docs");
    await signIn(page, "Get a token");
    await page.getByText("Signed in as ada@example.com by a token").waitFor();
    const env = { PATH: process.env.PATH, TOKEN: ada.token, SESSION: await sessionOf(server, PASSWORD) };
    /** Requires that an operation's sample in each language prints what it should. */
    const requireOutputs = async (id: string, expected: RegExp, languages = RUNNING) => {
      for (const [language, program, flags] of languages) {
        const text = await sampleOf(page, id, language);
        t.false(holdsToken(text) || text.includes("__Host-"), text);
        t.regex((await run(program, [...flags, text], { env })).stdout, expected, `${id} in ${language}`);
      }
    };

    await requireOutputs("getMe", /"email": ?"ada@example\.com"/);
    await requireOutputs("listArticles", /"next_cursor"/);
    await requireOutputs("login", /"authentication_token"/);
    await requireOutputs("getTestSession", /Hello World/);

    const form = page.locator('.opblock[id$="-likeArticle"]');
    await sampleOf(page, "likeArticle", "curl");
    await form.locator(".try-out__btn").click();
    for (const [place, one] of RUNNING.entries()) {
      const article = `${7 + place}`;
      await form.locator('tr[data-param-name="article_id"] input').fill(article);
      await requireOutputs("likeArticle", new RegExp(`"article_id": ?${article}\\b`), [one]);
    }
    await form.locator(".execute").click();
    await form.locator(".live-responses-table .response").waitFor();
    t.false(holdsToken((await form.textContent()) ?? ""), "the answer shows no token either");

    // A quote, a dollar and a letter beyond ASCII, typed as content; each language changes the password of the one before.
    const body = page.locator('.opblock[id$="-changePassword"]');
    await sampleOf(page, "changePassword", "curl");
    await body.locator(".try-out__btn").click();
    let password = PASSWORD;
    for (const one of RUNNING) {
      const next = `it's $HOME "ünd" \\ \`so\` on, in ${one[0]}`;
      const change = { password, new_password: next, new_password_confirm: next };
      await body.locator("textarea").fill(JSON.stringify(change));
      await requireOutputs("changePassword", /\S/, [one]);
      password = next;
      t.truthy(await sessionOf(server, password), one[0]);
    }
  },
);

browserTest("the documentation: behind https the session's sample names the cookie with its prefix", async (t) => {
  const server = await startServer(t, { environment: { TRUSTED_PROXIES: "1" } });
  const { page } = await visit(t, server.url, { viewport: { width: 1280, height: 800 } });
  for (const [proto, name] of [
    ["https", "__Host-kudos_session"],
    ["http", "kudos_session"],
  ] as const) {
    await page.setExtraHTTPHeaders({ "X-Forwarded-Proto": proto });
    await page.goto("/docs");
    const sample = await sampleOf(page, "getTestSession", "curl");
    t.true(sample.includes(`"Cookie: ${name}=$SESSION"`), sample);
    const note = page.locator('.opblock[id$="-getTestSession"] .access-note code', { hasText: "session" });
    t.true((await note.allTextContents()).includes(name));
  }
});

browserTest("the documentation: samples are tabs by keyboard, remember the language, and can be copied", async (t) => {
  const server = await startServer(t);
  const { page, context } = await visit(t, server.url, { viewport: { width: 1280, height: 800 } });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/docs");
  const curl = await sampleOf(page, "getTest", "curl");
  t.true(curl.startsWith(`curl '${server.url}/api/test'`), curl);
  const samples = page.locator('.opblock[id$="-getTest"] .samples');
  await samples.getByRole("tab", { name: "curl" }).press("End");
  const python = samples.getByRole("tab", { name: "Python" });
  t.is(await python.getAttribute("aria-selected"), "true");
  t.true(await python.evaluate((element) => element === element.ownerDocument.activeElement));
  await samples.getByRole("button", { name: "Copy" }).press("Enter");
  await page.locator("#docs-news").getByText("The sample has been copied.").waitFor();
  t.is(await page.evaluate("navigator.clipboard.readText()"), await samples.locator("pre").textContent());

  await page.reload();
  await page.locator('#docs-list a[href$="/getMe"]').click();
  const other = page.locator('.opblock[id$="-getMe"] .samples');
  await other.getByRole("tab", { name: "Python", selected: true }).waitFor();
  // Where a page may not use the clipboard, the older way copies, and a failure is said.
  await page.evaluate(`Object.defineProperty(navigator, "clipboard", { value: undefined })`);
  await other.getByRole("button", { name: "Copy" }).click();
  await page.locator("#docs-news").getByText("The sample has been copied.").waitFor();
  await page.evaluate("document.execCommand = () => false");
  await other.getByRole("button", { name: "Copied" }).click();
  await page.locator("#docs-news").getByText("cannot be copied here").waitFor();
});
