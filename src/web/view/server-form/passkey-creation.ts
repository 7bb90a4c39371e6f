import type { PublicKeyCredentialCreationOptionsJSON } from "@simplewebauthn/browser";
import type { components } from "../../../../generated/openapi.ts";
import { createApi } from "../api/client.ts";
import { contentOf } from "../api/failure.ts";
import { canMakePasskeys } from "../security/passkeys.ts";

/** What the contract has for the answer of an authenticator: open to members that are not known here. */
type Registration = components["schemas"]["RegistrationCredential"];

/** The time within which a page after a sign-in makes a passkey, in milliseconds: browsers ask for a password that was filled in lately. */
const SOON_MS = 5 * 60 * 1000;

/** The key of the note that a form with a password was sent from this tab. */
const NOTE = "kudos-password-sent";

/** Takes note of each form with a password that is sent: the page after it may make a passkey. */
export function notePasswords(document: Document): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[action$="/login"], form[action$="/register"]')) {
    form.addEventListener("submit", () => sessionStorage.setItem(NOTE, String(Date.now())));
  }
}

/** Makes a passkey quietly on the page after a form with a password, which was sent from this tab lately; the session's cookie speaks for the person. */
export async function makePasskeyAfterForm(): Promise<void> {
  const sent = Number(sessionStorage.getItem(NOTE) ?? Number.NaN);
  sessionStorage.removeItem(NOTE);
  if (Date.now() - sent < SOON_MS) await makePasskeyQuietly(createApi(() => null));
}

/**
 * Makes a passkey without a question (conditional create, W3C Web Authentication §5.1.3) for a person who has just signed in by a password,
 * where the browser can: it does so when its password manager has filled in that password. Whatever goes wrong, nobody is told: nobody
 * has asked for it.
 */
export async function makePasskeyQuietly(api: ReturnType<typeof createApi>): Promise<void> {
  if (!(await createsQuietly())) return;
  const credentials = "same-origin";
  try {
    const name = `Made on ${new Date().toLocaleDateString("en-GB", { dateStyle: "long" })}`;
    const wanted = { name, usage: "first" as const, automatic: true };
    const { state, options } = await contentOf(api.POST("/api/passkeys/options", { body: wanted, credentials }));
    const { startRegistration } = await import("@simplewebauthn/browser");
    const optionsJSON = options as PublicKeyCredentialCreationOptionsJSON;
    const credential = await startRegistration({ optionsJSON, useAutoRegister: true });
    const body = { state, credential: credential as unknown as Registration };
    await contentOf(api.POST("/api/passkeys", { body, credentials }));
  } catch {
    // The password manager declines, or the account has such a passkey already.
  }
}

/** Whether the browser makes passkeys without a question. */
async function createsQuietly(): Promise<boolean> {
  if (!canMakePasskeys()) return false;
  const known = (window as { PublicKeyCredential?: Capabilities }).PublicKeyCredential;
  const capabilities = await known?.getClientCapabilities?.().catch(() => undefined);
  return capabilities?.conditionalCreate === true;
}

interface Capabilities {
  getClientCapabilities?(): Promise<Readonly<Record<string, boolean>>>;
}
