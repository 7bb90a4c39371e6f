import type { Assets } from "../../assets/asset.ts";
import { accountBar } from "../account-bar.ts";
import { formField } from "../form-field.ts";
import { type Html, html } from "../html.ts";
import { layout } from "../layout.ts";
import type { RecoveryState } from "./recovery-state.ts";

/** What the page to sign in with a mailed code shows. */
export interface CodeSignInState extends Pick<RecoveryState, "signedInAs" | "registrationOpen"> {
  /** The local path to go to after signing in. */
  readonly next: string;
  /** Whether the browser has asked for a mail: a code may be on its way. */
  readonly asked: boolean;
}

/** The page to sign in with a mailed code: a form for the address, and for a browser that has asked one for the code. */
export function codeSignInPage(assets: Assets, { next, asked, signedInAs, registrationOpen }: CodeSignInState): string {
  return layout(assets, {
    title: "Sign in with a code",
    width: "narrow",
    account: accountBar(signedInAs, { next, registrationOpen }),
    content: html`<h1>Sign in with a code</h1>
      ${asked && codeForm(next)}
      ${asked ? html`<h2>No code yet?</h2>` : html`<p>If your address has an account, you get a mail with a code.</p>`}
      ${addressForm(next, asked)}
      <p><a href="/login?next=${encodeURIComponent(next)}">Sign in with the password</a></p>`,
  });
}

function codeForm(next: string): Html {
  return html`<p role="status">If your address has an account, a mail with a code is on its way. It is good for ten minutes.</p>
      <form class="form" method="post" action="/us-signin" novalidate>
        <input type="hidden" name="next" value="${next}">
        ${formField({
          name: "passcode",
          label: "Code of the mail",
          type: "code",
          autocomplete: "one-time-code",
          maxLength: 32,
          first: true,
        })}
        <label class="check"><input type="checkbox" name="remember" value="on"> Keep me signed in</label>
        <button class="button">Sign in</button>
      </form>`;
}

function addressForm(next: string, asked: boolean): Html {
  return html`<form class="form" method="post" action="/us-signin/send-code" novalidate>
        <input type="hidden" name="next" value="${next}">
        ${formField({
          name: "identity",
          label: "E-mail address",
          type: "email",
          autocomplete: "username",
          maxLength: 254,
          first: !asked,
        })}
        <button class="button">${asked ? "Send another code" : "Send me a code"}</button>
      </form>`;
}
