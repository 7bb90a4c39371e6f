import { basePath } from "../view/api/client.ts";
import { createTabs } from "../view/session/tabs.ts";
import { createTokenStore } from "../view/session/token-store.ts";
import { type AccessChange, keepAccess } from "./access/access.ts";
import { offerAccess } from "./access/access-panel.ts";
import { mendAccessibility } from "./accessibility.ts";
import { type Contract, type ContractOperation, operationsOf } from "./contract/contract.ts";
import { contractLayout } from "./contract-layout.ts";
import { copier, offerCopies } from "./copy.ts";
import { showFailure } from "./failure-state.ts";
import { guideOf } from "./guide/guide.ts";
import { elementOf, fillNavigation } from "./navigation/navigation.ts";
import { NotLoaded, type SwaggerUi, showSwaggerUi } from "./swagger-ui.ts";

/** The schemes of the contract that take a token. */
const TOKEN_SCHEMES = ["authenticationToken", "bearerToken"];

let ui: SwaggerUi | undefined;
let holdsToken = false;
const dark = window.matchMedia("(prefers-color-scheme: dark)");

// Swagger UI goes dark by a class, and does not follow the reader's preference by itself.
function followScheme(): void {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

dark.addEventListener("change", followScheme);
followScheme();
// Commands name the address of the contract; without this script, the downloaded file.
for (const place of document.querySelectorAll(".contract"))
  place.textContent = `${window.location.origin}${basePath()}/openapi.client.json`;

const news = document.querySelector("#docs-news") as HTMLElement;
const copy = copier((sentence) => {
  news.textContent = sentence;
});
offerCopies(document.querySelectorAll<HTMLElement>(".panel pre"), copy);

const root = document.querySelector("#swagger-ui") as HTMLElement;
const panel = document.querySelector("#access") as HTMLElement;
const account = document.querySelector("#account") as HTMLElement;
/** The ways in, as the server has drawn them; a page that it has drawn for a session has none. */
const waysIn = account.querySelector("form") === null ? [...account.childNodes] : [];
const store = createTokenStore(window, window);
const keeper = keepAccess(panel.dataset.session, store, createTabs(store), (change) => follow(change));
const show = offerAccess(panel, keeper);
mendAccessibility(root);
await Promise.all([keeper.find(), showContract()]);

async function showContract(): Promise<boolean> {
  try {
    ui = await showSwaggerUi(root.dataset.sessionCookie ?? "", layoutFor, () => void keeper.check());
    authorize();
    return true;
  } catch (error) {
    if (!(error instanceof NotLoaded)) throw error;
    showFailure(root, error.message, showContract);
    return false;
  }
}

function layoutFor(contract: Contract) {
  const operations = operationsOf(contract);
  const guideSections = guideOf(contract);
  const nav = document.querySelector("#docs-nav") as HTMLElement;
  const headings = [...guideSections, { id: "operations", title: "Operations" }];
  fillNavigation(nav, headings, operations, (one) => void openOperation(one));
  return contractLayout(keeper, { contract, operations, guideSections, open: (one) => void openOperation(one), copy });
}

/** Unfolds an operation and its tag, and goes there. */
async function openOperation(operation: ContractOperation): Promise<void> {
  const { tag, operationId } = operation;
  // Each of these calls is a step in the history: one for each operation is enough.
  if (!ui?.layoutSelectors.isShown(["operations-tag", tag], true))
    ui?.layoutActions.show(["operations-tag", tag], true);
  ui?.layoutActions.show(["operations", tag, operationId], true);
  // Swagger UI draws after this turn.
  for (let frame = 0; frame < 60 && elementOf(operation)?.querySelector(".opblock-body") === null; frame += 1) {
    await new Promise(requestAnimationFrame);
  }
  const element = elementOf(operation);
  element?.scrollIntoView();
  element?.querySelector<HTMLElement>(".opblock-summary-control")?.focus({ preventScroll: true });
}

/** Hands the token to Swagger UI, once that is loaded. */
function authorize(): void {
  const token = keeper.current?.token;
  if (token) for (const scheme of TOKEN_SCHEMES) ui?.preauthorizeApiKey(scheme, token);
  // Swagger UI reports an error when told to end a token that it does not hold.
  else if (holdsToken) ui?.authActions.logout(TOKEN_SCHEMES);
  holdsToken = ui !== undefined && token !== undefined;
}

function follow(change: AccessChange): void {
  const { current } = keeper;
  authorize();
  // The server draws the header, which names the person of a session.
  if (change === "asked" && (current ? !current.token : account.querySelector("form"))) {
    window.location.reload();
    return;
  }
  // No reload here: the calls that were tried, and their answers, stay on the page.
  if (!current) account.replaceChildren(...waysIn);
  else if (waysIn.length > 0) account.replaceChildren(nameOf(current.email));
  show();
}

/** The person in the header, who is signed in by a token: the panel below has the way out. */
function nameOf(email: string): HTMLElement {
  return Object.assign(document.createElement("span"), { className: "who", title: email, textContent: email });
}
