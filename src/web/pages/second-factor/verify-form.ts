import type { Assets } from "../../assets/asset.ts";
import { accountBar, type WaysIn } from "../account-bar.ts";
import { type FieldErrors, formField, formScript, passkeyPlace } from "../form-field.ts";
import { html } from "../html.ts";
import { layout } from "../layout.ts";
import { codeField } from "./code-field.ts";

/** The form as it is shown. */
export interface VerifyFormState {
  /** The local path to go to afterwards. */
  readonly next: string;
  readonly hasFactor: boolean;
  /** The place that codes of the factor are sent to, most of it hidden; null for an authenticator; undefined where it is not known. */
  readonly sentTo?: string | null;
  readonly signedInAs: string;
  /** The site of a passkey that can be used instead; null for none. */
  readonly passkeySite?: string | null;
  readonly errors?: FieldErrors;
}

/** The page that asks a signed-in person to prove the password again, and the second factor where there is one. */
export function verifyForm(
  assets: Assets,
  { next, hasFactor, sentTo, signedInAs, passkeySite = null, errors = {} }: VerifyFormState,
  { registrationOpen }: WaysIn,
): string {
  const { password = [], code = [], ...others } = errors;
  const general = [...Object.values(others).flat(), ...(hasFactor ? [] : code)];
  return layout(assets, {
    title: "Is it you?",
    width: "narrow",
    account: accountBar(signedInAs, { registrationOpen }),
    content: html`<h1>Is it you?</h1>
      <p>What you are about to do asks for a fresh proof.</p>
      ${general.length > 0 && html`<div class="notice error" role="alert">${general.map((text) => html`<p>${text}</p>`)}</div>`}
      <form class="form" method="post" action="/verify" novalidate>
        <input type="hidden" name="next" value="${next}">
        ${formField({ name: "password", label: "Password", type: "password", autocomplete: "current-password", maxLength: 1024, errors: password, first: true })}
        ${hasFactor && codeField({ ...fieldFor(sentTo), kind: "authenticator", errors: code, first: false, optional: true })}
        <button class="button">Go on</button>
        ${passkeySite !== null && passkeyPlace({ purpose: "verify", next, site: passkeySite })}
      </form>
      ${!hasFactor && passkeySite !== null && html`<p>Does your passkey ask for no PIN and no fingerprint? <a href="/login?next=${encodeURIComponent(next)}">Sign in again</a>, by password and passkey.</p>`}
      ${typeof sentTo === "string" && html`<form class="form" method="post" action="/us-verify/send-code"><input type="hidden" name="next" value="${next}"><button class="button secondary">Send a code to ${sentTo}</button></form>`}
      ${hasFactor && sentTo === undefined && html`<p>No code yet? <a href="/verify?next=${encodeURIComponent(next)}">See how to get one</a></p>`}`,
    head: formScript(assets),
  });
}

function fieldFor(sentTo: string | null | undefined): { readonly label: string; readonly hint: string } {
  if (typeof sentTo === "string")
    return { label: `Code that was sent to ${sentTo}`, hint: "Have it sent below first." };
  if (sentTo === null) return { label: "Code of your authenticator", hint: "If you have a second factor." };
  return { label: "Code of your second factor", hint: "Of your authenticator, or one that was sent to you." };
}
