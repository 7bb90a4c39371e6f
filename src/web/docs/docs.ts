import { type Access, keepAccess } from "./access.ts";
import { offerAccess } from "./access-panel.ts";
import { mendAccessibility } from "./accessibility.ts";
import { contractLayout } from "./contract-layout.ts";
import { showSwaggerUi } from "./swagger-ui.ts";

/** The schemes of the contract that take a token. */
const TOKEN_SCHEMES = ["authenticationToken", "bearerToken"];

let holdsToken = false;
const dark = window.matchMedia("(prefers-color-scheme: dark)");

// Swagger UI draws in dark by a class, not by what the reader prefers.
function followScheme(): void {
  document.documentElement.classList.toggle("dark-mode", dark.matches);
}

dark.addEventListener("change", followScheme);
followScheme();
// Without this script the commands are for the downloaded file.
for (const place of document.querySelectorAll(".contract"))
  place.textContent = `${window.location.origin}/openapi.yaml`;

const root = document.querySelector("#swagger-ui") as HTMLElement;
const panel = document.querySelector("#access") as HTMLElement;
const keeper = keepAccess(panel.dataset.session, (access) => follow(access));
mendAccessibility(root);
const ui = await showSwaggerUi(contractLayout(keeper.signIn));
const show = offerAccess(panel, keeper);

function follow(access: Access | undefined): void {
  if (access?.token) for (const scheme of TOKEN_SCHEMES) ui.preauthorizeApiKey(scheme, access.token);
  // To end what it does not hold is an error to Swagger UI.
  else if (holdsToken) ui.authActions.logout(TOKEN_SCHEMES);
  holdsToken = access?.token !== undefined;
  // What the header says of a session is the server's to say.
  if (access && !access.token) window.location.reload();
  else if (!access && document.querySelector("#account form")) window.location.reload();
  else show();
}
