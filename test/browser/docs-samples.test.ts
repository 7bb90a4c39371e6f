import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import test from "ava";
import type { Page } from "playwright-core";
import { browserTest, visit } from "../support/browser/browser.ts";
import { signIn } from "../support/browser/docs-page.ts";
import { signUp, startServer } from "../support/server.ts";

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

for (const [language, program, flags] of LANGUAGES) {
  const command = language === "curl" ? "curl" : program;
  const title = `the documentation: samples in ${language} run, with the form's values, and never hold the token`;
  if (spawnSync(command, ["--version"]).error) {
    test.serial.skip(`${title} (skipped: there is no ${command})`, (t) => t.pass());
    continue;
  }
  browserTest(title, async (t) => {
    const server = await startServer(t);
    const ada = await signUp(server);
    const { page } = await visit(t, server.url, { viewport: { width: 1280, height: 800 } });
    await page.goto("/docs");
    await signIn(page, "Get a token");
    await page.getByText("Signed in as ada@example.com by a token").waitFor();
    const login = await server.request("/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email: "ada@example.com", password: "correct horse battery staple" }),
    });
    const SESSION = /=([^;]+)/.exec(login.headers.getSetCookie().find((one) => one.includes("session")) ?? "")?.[1];
    const env = { PATH: process.env.PATH, TOKEN: ada.token, SESSION };
    const outputOf = async (id: string) => {
      const text = await sampleOf(page, id, language);
      t.false(text.includes(ada.token.slice(0, 7)) && !text.includes("kudos_session"), text);
      return (await run(program, [...flags, text], { env })).stdout;
    };

    t.regex(await outputOf("getMe"), /"email": ?"ada@example\.com"/);
    t.regex(await outputOf("listArticles"), /"next_cursor"/);
    t.regex(await outputOf("login"), /"authentication_token"/);
    t.regex(await outputOf("getTestSession"), /Hello World/);
    t.regex(await outputOf("createArticleLike"), /"article_id": ?1/);

    const form = page.locator('.opblock[id$="-likeArticle"]');
    await sampleOf(page, "likeArticle", language);
    await form.locator(".try-out__btn").click();
    await form.locator('tr[data-param-name="article_id"] input').fill("7");
    t.regex(await outputOf("likeArticle"), /"article_id": ?7/);
    await form.locator(".execute").click();
    await form.locator(".live-responses-table .response").waitFor();
    t.false((await form.textContent())?.includes(`${ada.token.slice(0, 6)}`), "the answer shows no token either");

    // A quote, a dollar and a letter beyond ASCII, typed as content.
    const body = page.locator('.opblock[id$="-changePassword"]');
    await sampleOf(page, "changePassword", language);
    await body.locator(".try-out__btn").click();
    const password = `it's $HOME "ünd" \\ \`so\` on`;
    await body.locator("textarea").fill(
      JSON.stringify({
        password: "correct horse battery staple",
        new_password: password,
        new_password_confirm: password,
      }),
    );
    await outputOf("changePassword");
    const again = await server.request("/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email: "ada@example.com", password }),
    });
    t.is(again.status, 200);
  });
}

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
