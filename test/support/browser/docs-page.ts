import type { Locator, Page } from "playwright-core";
import { PASSWORD } from "../server.ts";

/** Sends the form at the head of the page by one of its buttons. */
export async function signIn(page: Page, button: string, email = "ada@example.com"): Promise<void> {
  const panel = page.locator("#access");
  await panel.getByLabel("E-mail").fill(email);
  await panel.getByLabel("Password").fill(PASSWORD);
  await panel.getByRole("button", { name: button }).click();
}

/**
 * Clicks an element as a pointer would, if one can reach it. A click of Playwright's proves no more, and waits for frames, which are dear
 * in a document this long.
 */
async function press(button: Locator): Promise<void> {
  await button.evaluate((element) => {
    element.scrollIntoView({ block: "center" });
    const { x, y, width, height } = element.getBoundingClientRect();
    const reached = element.ownerDocument.elementFromPoint(x + width / 2, y + height / 2);
    if (!element.contains(reached) || element.matches(":disabled")) throw new Error("A pointer cannot click it.");
    // A field that is left hands over what was typed.
    element.focus();
    element.click();
  });
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
  await press(summary);
  await operation.locator(".try-out").waitFor();
  // Found by class: in a document this long, computing roles and names takes longer than the click.
  const start = operation.locator(".try-out__btn", { hasText: "Try it out" });
  // An operation that was tried before is still open for trying.
  if (await start.isVisible()) await press(start);
  // The answer to an earlier call goes, so that it is not taken for the next one.
  const clear = operation.locator(".btn-clear");
  if (await clear.isVisible()) await press(clear);
  if (mediaType) await operation.locator(".opblock-section-request-body .content-type").selectOption(mediaType);
  for (const [name, value] of Object.entries(values)) {
    await operation.locator(`tr[data-param-name="${name}"] input`).fill(value);
  }
  await press(operation.locator(".execute", { hasText: "Execute" }));
  const status = operation.locator(".live-responses-table .response .response-col_status");
  await status.waitFor();
  const answer = Number.parseInt((await status.textContent()) ?? "", 10);
  await press(summary);
  return answer;
}
