import { Failure } from "../api/failure.ts";
import { answerPasskey, askPasskey, type PasskeyPurpose } from "./passkey-answer.ts";

/** The time after which a form asks anew, in milliseconds: its challenge holds for ten minutes. */
const ANEW_MS = 9 * 60 * 1000;

/** The place for passkeys in a form that the server has drawn. */
interface Place {
  readonly element: HTMLElement;
  readonly purpose: PasskeyPurpose;
  /** The local path to go to afterwards. */
  readonly next: string;
}

/**
 * Offers passkeys in every form of the page for which the server says that it takes them: by a button, and in the form to sign in also in
 * the list that the browser opens below the field for the address (conditional UI). The server draws no button, because it would do
 * nothing without a script.
 */
export function offerPasskeys(document: Document): void {
  if (!("PublicKeyCredential" in window)) return;
  for (const element of document.querySelectorAll<HTMLElement>("[data-passkey]")) {
    const { passkey, next = "/", site = "" } = element.dataset;
    // At another address, such as the number of this machine, the browser has no passkeys of the site.
    if (location.hostname !== site) continue;
    const place: Place = { element, purpose: passkey as PasskeyPurpose, next };
    element.append(passkeyButton(place));
    if (place.purpose === "sign-in") void autofill(place);
  }
}

function passkeyButton(place: Place): HTMLButtonElement {
  const button = document.createElement("button");
  const textContent = place.purpose === "sign-in" ? "Sign in with a passkey" : "Use a passkey";
  Object.assign(button, { type: "button", className: "button secondary", textContent });
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await answer(place, false);
    } catch (error) {
      tell(place, error instanceof Failure ? error.message : "No passkey was used. Try again, or go on another way.");
    }
    button.disabled = false;
  });
  return button;
}

/** Waits for a passkey that is chosen in the list below a field, for as long as the page is open. */
async function autofill(place: Place): Promise<void> {
  const { browserSupportsWebAuthnAutofill } = await import("@simplewebauthn/browser");
  if (!(await browserSupportsWebAuthnAutofill())) return;
  // The browser ends its wait when the button asks, or this asks anew: nobody has to be told.
  const wait = () =>
    answer(place, true).catch((error) => {
      if (error instanceof Failure) tell(place, error.message);
    });
  void wait();
  setInterval(() => void wait(), ANEW_MS);
}

/** Has the browser answer, and goes on where that leads to. */
async function answer({ element, purpose, next }: Place, useBrowserAutofill: boolean): Promise<void> {
  const asked = await askPasskey(purpose);
  const { startAuthentication } = await import("@simplewebauthn/browser");
  const credential = await startAuthentication({ optionsJSON: asked.options, useBrowserAutofill });
  const remember = element.closest("form")?.querySelector<HTMLInputElement>('[name="remember"]')?.checked ?? false;
  location.assign(await answerPasskey(purpose, asked, { credential, remember, next }));
}

function tell({ element }: Place, message: string): void {
  const notice = document.querySelector(".notice.error") ?? document.createElement("div");
  notice.className = "notice error";
  notice.role = "alert";
  const text = document.createElement("p");
  text.textContent = message;
  notice.replaceChildren(text);
  (element.closest("form") ?? element).before(notice);
}
