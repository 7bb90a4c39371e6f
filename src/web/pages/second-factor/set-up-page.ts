import type { Assets } from "../../assets/asset.ts";
import { accountBar, type WaysIn } from "../account-bar.ts";
import { Html, html } from "../html.ts";
import { layout } from "../layout.ts";
import { codeField } from "./code-field.ts";
import { qrCode } from "./qr-code.ts";

/** The second factor as it is, or an authenticator that is being set up. */
export interface SetUpState {
  readonly method?: string | null;
  readonly required?: boolean;
  /** Whether a factor can be set up here. */
  readonly open?: boolean;
  readonly codesLeft?: number;
  readonly begun?: { readonly secret: string; readonly uri: string; readonly action: string };
  /** The address of the person who is signed in; left out while a sign-in waits. */
  readonly signedInAs?: string | undefined;
}

/** The page that sets a second factor up, or takes it away; works without JavaScript. */
export function setUpPage(assets: Assets, state: SetUpState, { registrationOpen }: WaysIn): string {
  const { begun, signedInAs } = state;
  const title = begun === undefined ? "Second factor" : "Set up your authenticator";
  return layout(assets, {
    title,
    width: "narrow",
    account: accountBar(signedInAs, { registrationOpen }),
    content: html`<h1>${title}</h1>
      ${begun === undefined ? present(state) : secret(begun)}`,
  });
}

function present({ method, required = false, open = true, codesLeft = 0 }: SetUpState): Html {
  if (typeof method !== "string") {
    return html`<p>With a second factor, who learns your password still cannot sign in: that takes a code of an app on your phone, too.</p>
      ${required && html`<div class="notice"><p>Your account needs one. Set it up to go on.</p></div>`}
      ${open ? setUpForm("Set up an authenticator", "") : html`<div class="notice"><p>Nobody sets up a second factor on this server.</p></div>`}`;
  }
  return html`<div class="notice"><p>Your account asks for a code of your authenticator at each sign-in.</p></div>
      <p>You have ${codesLeft} recovery code${codesLeft === 1 ? "" : "s"} left, for the day when your authenticator is lost.</p>
      <form class="form" method="post" action="/mf-recovery-codes"><button class="button">Make new recovery codes</button></form>
      ${open && setUpForm("Replace the authenticator", "secondary")}
      ${!required && html`<form class="form" method="post" action="/tf-setup"><input type="hidden" name="setup" value="disable"><button class="button secondary">Turn the second factor off</button></form>`}`;
}

function setUpForm(text: string, kind: string): Html {
  return html`<form class="form" method="post" action="/tf-setup"><input type="hidden" name="setup" value="authenticator"><button class="button ${kind}">${text}</button></form>`;
}

function secret({ secret: key, uri, action }: NonNullable<SetUpState["begun"]>): Html {
  // The SVG is made here, of paths and numbers alone.
  const picture = new Html(
    qrCode(uri).replace("<svg ", '<svg role="img" aria-label="QR code for your authenticator" '),
  );
  return html`<ol>
        <li>Read this picture with an authenticator app, or <a href="${uri}">open it on this device</a>.</li>
        <li>Enter the six digits that the app shows.</li>
      </ol>
      <div class="qr-code">${picture}</div>
      <p>Without a camera, type this key: <code>${(key.match(/.{1,4}/g) ?? []).join(" ")}</code></p>
      <form class="form" method="post" action="${action}" novalidate>
        ${codeField({ label: "Code of your authenticator", kind: "authenticator" })}
        <button class="button">Turn it on</button>
      </form>`;
}
