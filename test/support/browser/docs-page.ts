import type { Page } from "playwright-core";
import { PASSWORD } from "../server.ts";

/** Sends the form at the head of the page by one of its buttons. */
export async function signIn(page: Page, button: string, email = "ada@example.com"): Promise<void> {
  const panel = page.locator("#access");
  await panel.getByLabel("E-mail").fill(email);
  await panel.getByLabel("Password").fill(PASSWORD);
  await panel.getByRole("button", { name: button }).click();
}

/** Tries an operation with the values that Swagger UI proposes, or others for some parameters. Answers the status. */
export async function tryOut(
  page: Page,
  id: string,
  values: Record<string, string> = {},
  mediaType?: string,
): Promise<number> {
  const operation = page.locator(`.opblock[id$="-${id}"]`);
  const summary = operation.locator(".opblock-summary-control");
  // Unfolding is no part of the trial: without a pointer that has to reach it, it costs a third.
  await summary.dispatchEvent("click");
  await operation.locator(".try-out").waitFor();
  // Found by class: in a document this long, computing roles and names takes longer than the click.
  const start = operation.locator(".try-out__btn", { hasText: "Try it out" });
  // An operation that was tried before is still open for trying.
  if (await start.isVisible()) await start.click();
  // The answer to an earlier call goes, so that it is not taken for the next one.
  const clear = operation.locator(".btn-clear");
  if (await clear.isVisible()) await clear.click();
  if (mediaType) await operation.locator(".opblock-section-request-body .content-type").selectOption(mediaType);
  for (const [name, value] of Object.entries(values)) {
    await operation.locator(`tr[data-param-name="${name}"] input`).fill(value);
  }
  await operation.locator(".execute", { hasText: "Execute" }).click();
  const status = operation.locator(".live-responses-table .response .response-col_status");
  await status.waitFor();
  const answer = Number.parseInt((await status.textContent()) ?? "", 10);
  await summary.dispatchEvent("click");
  return answer;
}
