import type { Assets } from "../../assets/asset.ts";
import { accountBar, type WaysIn } from "../account-bar.ts";
import { Html, html } from "../html.ts";
import { layout } from "../layout.ts";
import { codeField } from "./code-field.ts";
import { qrCode } from "./qr-code.ts";

type SetUpMethod = "authenticator" | "email" | "sms";

/** A factor that is being set up, and where its first code is sent. */
interface BegunFactor {
  readonly method: SetUpMethod;
  readonly authenticator: { readonly secret: string; readonly uri: string } | null;
  /** The place that the code was sent to, most of it hidden. */
  readonly sentTo: string | null;
  /** The telephone number as it was given. */
  readonly phone?: string | undefined;
  readonly action: string;
}

/** The second factor as it is, or one that is being set up. */
export interface SetUpState {
  readonly method?: string | null;
  readonly required?: boolean;
  /** The methods that can be set up here. */
  readonly available?: readonly SetUpMethod[];
  /** The place that codes of the factor are sent to, most of it hidden; null for an authenticator. */
  readonly sentTo?: string | null;
  readonly codesLeft?: number;
  readonly begun?: BegunFactor;
  /** The address of the person who is signed in; left out while a sign-in waits. */
  readonly signedInAs?: string | undefined;
}

/** The page that sets a second factor up, or takes it away; works without JavaScript. */
export function setUpPage(assets: Assets, state: SetUpState, { registrationOpen }: WaysIn): string {
  const { begun, signedInAs } = state;
  const title =
    begun === undefined ? "Second factor" : begun.authenticator ? "Set up your authenticator" : "Enter your code";
  return layout(assets, {
    title,
    width: "narrow",
    account: accountBar(signedInAs, { registrationOpen }),
    content: html`<h1>${title}</h1>
      ${begun === undefined ? present(state) : begun.authenticator ? secret(begun.authenticator, begun.action) : sentCode(begun)}`,
  });
}

function present({ method, required = false, available = [], codesLeft = 0, sentTo = null }: SetUpState): Html {
  if (typeof method !== "string") {
    return html`<p>With a second factor, who learns your password still cannot sign in: that takes a code of an app on your phone, or one that is sent to you, too.</p>
      ${required && html`<div class="notice"><p>Your account needs one. Set it up to go on.</p></div>`}
      ${available.length > 0 ? available.map((one) => setUpForm(one, "Set up", one === "authenticator" ? "" : "secondary")) : html`<div class="notice"><p>Nobody sets up a second factor on this server.</p></div>`}`;
  }
  const what =
    method === "authenticator"
      ? "of your authenticator"
      : sentTo === null
        ? "that is sent to you"
        : `that is sent to ${sentTo}`;
  return html`<div class="notice"><p>Your account asks for a code ${what} at each sign-in.</p></div>
      <p>You have ${codesLeft} recovery code${codesLeft === 1 ? "" : "s"} left, for the day when ${method === "authenticator" ? "your authenticator is lost" : "no code reaches you"}.</p>
      <form class="form" method="post" action="/mf-recovery-codes"><button class="button">Make new recovery codes</button></form>
      ${available
        .filter((one) => one !== method || one !== "email")
        .map((one) => setUpForm(one, one === method ? "Replace" : "Change to", "secondary"))}
      ${!required && html`<form class="form" method="post" action="/tf-setup"><input type="hidden" name="setup" value="disable"><button class="button secondary">Turn the second factor off</button></form>`}`;
}

const NAMES = { authenticator: "authenticator", email: "codes by mail", sms: "codes by SMS" };

/** The button that begins a set-up: "Set up an authenticator", say. */
function setUpForm(method: SetUpMethod, verb: "Set up" | "Replace" | "Change to", look: string): Html {
  const article = method !== "authenticator" ? "" : verb === "Replace" ? "the " : "an ";
  return html`<form class="form" method="post" action="/tf-setup"><input type="hidden" name="setup" value="${method}">${method === "sms" && phoneField()}<button class="button ${look}">${verb} ${article}${NAMES[method]}</button></form>`;
}

function phoneField(): Html {
  return html`<div class="field"><label for="phone">Telephone number</label><p class="hint" id="phone-hint">With + and the country code, such as +14155550123.</p><input id="phone" name="phone" type="tel" autocomplete="tel" maxlength="32" required aria-describedby="phone-hint"></div>`;
}

/** The form for the first code of a factor whose codes are sent. */
function sentCode({ method, sentTo, phone, action }: BegunFactor): Html {
  return html`<p>A code of eight digits is on its way to ${sentTo ?? "you"}. It is good for ten minutes.</p>
      <form class="form" method="post" action="${action}" novalidate>
        ${codeField({ label: "Code that was sent to you", kind: "authenticator" })}
        <button class="button">Turn it on</button>
      </form>
      <form class="form" method="post" action="/tf-setup"><input type="hidden" name="setup" value="${method}">${phone !== undefined && html`<input type="hidden" name="phone" value="${phone}">`}<button class="button secondary">Send it again</button></form>`;
}

function secret({ secret: key, uri }: NonNullable<BegunFactor["authenticator"]>, action: string): Html {
  // The SVG is made here, of paths and numbers alone.
  const picture = new Html(
    qrCode(uri).replace("<svg ", '<svg role="img" aria-label="QR code for your authenticator" '),
  );
  return html`<ol>
        <li>Read this picture with an authenticator app, or <a href="${uri}">open it on this device</a>.</li>
        <li>Enter the six digits that the app shows.</li>
      </ol>
      <div class="qr">${picture}</div>
      <p>Without a camera, type this key: <code class="key">${(key.match(/.{1,4}/g) ?? []).join(" ")}</code></p>
      <form class="form" method="post" action="${action}" novalidate>
        ${codeField({ label: "Code of your authenticator", kind: "authenticator" })}
        <button class="button">Turn it on</button>
      </form>`;
}
