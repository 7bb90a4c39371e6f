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
 * Clicks a part of an operation as a pointer would, if one can reach it; answers whether there is such a part. A click of Playwright's
 * proves no more, and waits for frames, which are dear in a document this long.
 */
function press(operation: Locator, selector: string): Promise<boolean> {
  return operation.evaluate((element, wanted) => {
    const button = element.querySelector(wanted);
    if (!button) return false;
    button.scrollIntoView({ block: "center" });
    const { x, y, width, height } = button.getBoundingClientRect();
    const reached = element.ownerDocument.elementFromPoint(x + width / 2, y + height / 2);
    if (!button.contains(reached) || button.matches(":disabled")) throw new Error(`A pointer cannot click ${wanted}.`);
    // A field that is left hands over what was typed.
    button.focus();
    button.click();
    return true;
  }, selector);
}

/** Tries an operation with the values that Swagger UI proposes, or others for some parameters. Answers the status. */
export async function tryOut(
  page: Page,
  id: string,
  values: Record<string, string> = {},
  mediaType?: string,
): Promise<number> {
  const operation = page.locator(`.opblock[id$="-${id}"]`);
  await press(operation, ".opblock-summary-control");
  await operation.locator(".try-out").waitFor();
  // An operation that was tried before is still open for trying, with the answer to the earlier call: that goes, so as not to be taken
  // for the next one.
  await press(operation, ".try-out__btn:not(.cancel)");
  await press(operation, ".btn-clear");
  if (mediaType) await operation.locator(".opblock-section-request-body .content-type").selectOption(mediaType);
  for (const [name, value] of Object.entries(values)) {
    await operation.locator(`tr[data-param-name="${name}"] input`).fill(value);
  }
  if (!(await press(operation, ".execute"))) throw new Error(`${id} cannot be tried.`);
  const status = operation.locator(".live-responses-table .response .response-col_status");
  await status.waitFor();
  const answer = Number.parseInt((await status.textContent()) ?? "", 10);
  await press(operation, ".opblock-summary-control");
  return answer;
}
