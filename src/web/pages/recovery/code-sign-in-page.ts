import type { Assets } from "../../assets/asset.ts";
import { accountBar } from "../account-bar.ts";
import { type FieldErrors, formField } from "../form-field.ts";
import { type Html, html } from "../html.ts";
import { layout } from "../layout.ts";
import { obstaclesOf, type RecoveryState } from "./recovery-state.ts";

/** What the page to sign in with a mailed code shows. */
export interface CodeSignInState extends RecoveryState {
  /** The local path to go to after signing in. */
  readonly next: string;
  /** Whether the browser has asked for a mail: a code may be on its way. */
  readonly asked: boolean;
  /** The address that was typed. */
  readonly identity?: string;
  /** Whether the box for a session that outlives the browser is ticked. */
  readonly remember?: boolean;
  readonly errors?: FieldErrors;
}

/** The page to sign in with a mailed code: a form for the address, and for a browser that has asked one for the code. */
export function codeSignInPage(assets: Assets, state: CodeSignInState): string {
  const { next, asked, signedInAs, registrationOpen, errors = {}, obstacles = [] } = state;
  const { identity: _, passcode = [], ...others } = errors;
  const general = [...obstacles, ...Object.values(others).flat(), ...(asked ? [] : passcode)];
  const wrong = general.length > 0 || Object.values(errors).some(({ length }) => length > 0);
  const title = "Sign in with a code";
  return layout(assets, {
    title: wrong ? `Not done yet: ${title}` : title,
    width: "narrow",
    account: accountBar(signedInAs, { next, registrationOpen }),
    content: html`<h1>${title}</h1>
      ${obstaclesOf(general)}
      ${asked && codeForm(state)}
      ${asked ? html`<h2>No code yet?</h2>` : html`<p>If your address has an account, you get a mail with a code.</p>`}
      ${addressForm(state)}
      <p><a href="/login?next=${encodeURIComponent(next)}">Sign in with the password</a></p>`,
  });
}

function codeForm({ next, remember = false, errors = {} }: CodeSignInState): Html {
  return html`<p role="status">If your address has an account, a mail with a code is on its way. It is good for ten minutes.</p>
      <form class="form" method="post" action="/us-signin" novalidate>
        <input type="hidden" name="next" value="${next}">
        ${formField({
          name: "passcode",
          label: "Code of the mail",
          type: "code",
          autocomplete: "one-time-code",
          maxLength: 32,
          errors: errors.passcode,
          first: errors.identity === undefined,
        })}
        <label class="check"><input type="checkbox" name="remember" value="on"${remember && html` checked`}> Keep me signed in</label>
        <button class="button">Sign in</button>
      </form>`;
}

function addressForm({ next, asked, identity, errors = {} }: CodeSignInState): Html {
  return html`<form class="form" method="post" action="/us-signin/send-code" novalidate>
        <input type="hidden" name="next" value="${next}">
        ${formField({
          name: "identity",
          label: "E-mail address",
          type: "email",
          autocomplete: "username",
          maxLength: 254,
          ...(identity !== undefined && { value: identity }),
          errors: errors.identity,
          first: !asked || errors.identity !== undefined,
        })}
        <button class="button">${asked ? "Send another code" : "Send me a code"}</button>
      </form>`;
}
