import { startMailingServer } from "../support/account-mail.ts";
import { browserTest, visit } from "../support/browser/browser.ts";
import { PASSWORD, post, signUp } from "../support/server.ts";

const EMAIL = "ada@example.com";
const NEW = "staple battery horse correct";

browserTest("a forgotten password: from the sign-in to a mail, and by its link to a new one", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const { page } = await visit(t, server.url, { expected: /status of 400/ });
  await page.goto("/login");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("E-mail address").fill(EMAIL);
  await page.getByRole("button", { name: "Send me a mail" }).click();
  await page.getByRole("heading", { name: "A mail is on its way" }).waitFor();
  const [mail] = await server.mailsTo(EMAIL, 1);
  await page.goto(mail?.path ?? "");
  t.is(await page.getByLabel("Code of the mail").count(), 0);
  await page.getByLabel("New password").fill(NEW);
  await page.getByLabel("The same once more").fill("another one");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByText("The two passwords are not the same.").waitFor();
  t.is(await page.getByLabel("New password").inputValue(), "");
  await page.getByLabel("New password").fill(NEW);
  await page.getByLabel("The same once more").fill(NEW);
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("link", { name: "Sign in" }).last().click();
  await page.getByLabel("E-mail address").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(NEW);
  await page.locator("form.form .button").click();
  await page.getByRole("heading", { name: "Articles" }).waitFor();
  await page.goto(mail?.path ?? "");
  await page.getByRole("heading", { name: "This link is no longer good" }).waitFor();
});

browserTest("a link in another browser than the one that asked wants the code, without a script, too", async (t) => {
  const server = await startMailingServer(t, { environment: { CONFIRMATION: "required" } });
  await post(server, "/register", { email: EMAIL, password: PASSWORD });
  const [mail] = await server.mailsTo(EMAIL, 1);
  const { page } = await visit(t, server.url, { javaScriptEnabled: false, expected: /status of 400/ });
  await page.goto(mail?.path ?? "");
  await page.getByLabel("Code of the mail").fill("1234 5678");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("This is not the code of the mail.").waitFor();
  await page.getByLabel("Code of the mail").fill(mail?.code ?? "");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("heading", { name: "Your address is confirmed" }).waitFor();
  t.is((await post(server, "/login", { email: EMAIL, password: PASSWORD })).status, 200);
});

browserTest("another address: from the form to the new one, and back from the mail to the old one", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const { page } = await visit(t, server.url);
  await page.goto("/change-email");
  await page.getByLabel("E-mail address").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.locator("form.form .button").click();
  await page.getByLabel("New e-mail address").fill("countess@example.com");
  await page.getByRole("button", { name: "Send a mail there" }).click();
  const [mail] = await server.mailsTo("countess@example.com", 1);
  await page.goto(mail?.path ?? "");
  await page.getByRole("button", { name: "Change the address" }).click();
  await page.getByRole("heading", { name: "Your address is changed" }).waitFor();
  t.regex((await page.locator("#account").textContent()) ?? "", /countess@example\.com/);
  const [told] = await server.mailsTo(EMAIL, 1, "The address of your account was changed");
  await page.goto(told?.path ?? "");
  await page.getByLabel("Code of the mail").fill(told?.code ?? "");
  await page.getByRole("button", { name: "Take it back" }).click();
  await page.getByRole("heading", { name: "Your old address is back" }).waitFor();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
});
