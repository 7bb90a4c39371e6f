import type { Assets } from "../assets/asset.ts";
import { accountBar } from "./account-bar.ts";
import { type FieldErrors, formField, formScript, passkeyPlace } from "./form-field.ts";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";

/** The two forms: to sign in, and to create an account. */
export type FormKind = "login" | "register";

/** The values and messages that a form shows. It never shows the password that was typed. */
export interface FormState {
  /** The local path to go to after the form. */
  readonly next: string;
  readonly email?: string;
  /** Whether the box for a session that outlives the browser is ticked. */
  readonly remember?: boolean;
  /** The errors of the values that were typed. */
  readonly errors?: FieldErrors;
  /** Reasons why the server did not look at the values, such as too many attempts. */
  readonly obstacles?: readonly string[];
  /** The e-mail address of the person who is signed in already. */
  readonly signedInAs?: string | undefined;
  readonly cookiesCollide?: boolean;
  /** Whether the sign-in waits for the address to be confirmed. */
  readonly unconfirmed?: boolean;
}

/** The settings of the server that the form names. */
export interface FormRules {
  readonly registrationOpen: boolean;
  /** Whether the server sends mails: only then can it help with a forgotten password. */
  readonly sendsMail: boolean;
  /** The site whose passkeys sign in here; null for none. */
  readonly passkeySite: string | null;
  /** The least number of characters of a new password. */
  readonly minPasswordLength: number;
}

const TEXT = {
  login: { title: "Sign in", other: "register", question: "No account yet?", offer: "Create one" },
  register: { title: "Create an account", other: "login", question: "Have an account?", offer: "Sign in" },
} as const;

/** The page with the form for signing in or registering; works without JavaScript. */
export function accountForm(assets: Assets, kind: FormKind, state: FormState, rules: FormRules): string {
  const { title, other, question, offer } = TEXT[kind];
  const { next, errors = {}, obstacles = [], signedInAs, cookiesCollide = false } = state;
  const wrong = [obstacles, ...Object.values(errors)].some(({ length }) => length > 0);
  const closed = kind === "register" && !rules.registrationOpen;
  return layout(assets, {
    title: wrong ? `Not done yet: ${title}` : title,
    width: "narrow",
    cookiesCollide,
    account: accountBar(signedInAs, { next, registrationOpen: rules.registrationOpen }),
    content: html`<h1>${title}</h1>
      ${signedInAs !== undefined && signedIn(signedInAs, next)}
      ${closed ? CLOSED : form(kind, state, rules)}
      ${state.unconfirmed && html`<p><a href="/confirm">Send the mail of confirmation again</a></p>`}
      ${
        kind === "login" &&
        rules.sendsMail &&
        html`<p><a href="/reset">Forgot your password?</a></p>
      <p><a href="/us-signin?next=${encodeURIComponent(next)}">Sign in with a code by mail</a></p>`
      }
      ${(kind === "register" || rules.registrationOpen) && html`<p>${question} <a href="/${other}?next=${encodeURIComponent(next)}">${offer}</a></p>`}`,
    head: formScript(assets),
  });
}

const CLOSED = html`<div class="notice"><p>This server takes no new accounts. Whoever runs it can make one for you.</p></div>`;

function form(kind: FormKind, state: FormState, rules: FormRules): Html {
  const { next, email = "", remember = false, errors = {}, obstacles = [] } = state;
  const { passkeySite } = rules;
  const general = [...obstacles, ...messagesOfForm(errors)];
  // A refused sign-in marks both fields: telling which is wrong would tell whether the account exists.
  const refused = errors[""] !== undefined && errors[""].length > 0;
  // Errors of no single field are read out with the field that has the focus.
  const start = errors.email ? "email" : errors.password || general.length > 0 ? "password" : "email";
  const about = (field: string) => ({
    first: start === field,
    invalid: refused,
    describedBy: refused || (general.length > 0 && start === field) ? "form-errors" : undefined,
  });
  const fields = [
    formField({
      name: "email",
      label: "E-mail address",
      type: "email",
      autocomplete: kind === "login" && passkeySite !== null ? "username webauthn" : "username",
      maxLength: 254,
      value: email,
      errors: errors.email,
      ...about("email"),
    }),
    formField({
      name: "password",
      label: "Password",
      type: "password",
      autocomplete: kind === "login" ? "current-password" : "new-password",
      maxLength: 1024,
      ...(kind === "register" && { hint: passwordHint(rules) }),
      errors: errors.password,
      ...about("password"),
    }),
  ];
  // novalidate: the server's sentences beside the fields say more than a browser's bubbles, and stay.
  return html`${general.length > 0 && html`<div class="notice error" id="form-errors" role="alert">${general.map((text) => html`<p>${text}</p>`)}</div>`}
      <form class="form" method="post" action="/${kind}" novalidate>
        <input type="hidden" name="next" value="${next}">
        ${fields}
        <label class="check"><input type="checkbox" name="remember" value="on"${remember && html` checked`}> Keep me signed in</label>
        <button class="button">${TEXT[kind].title}</button>
        ${kind === "login" && passkeySite !== null && passkeyPlace({ purpose: "sign-in", next, site: passkeySite })}
      </form>`;
}

function signedIn(email: string, next: string): Html {
  return html`<div class="notice">
        <p>You are signed in as <strong>${email}</strong>.</p>
        <p class="actions"><a class="button small" href="${next}">Go on</a></p>
      </div>`;
}

function passwordHint({ minPasswordLength }: FormRules): string {
  return `At least ${minPasswordLength} characters, and hard to guess. A few words that have nothing to do with each other are fine.`;
}

/** The errors that belong to no field of the form, which stand above it. */
function messagesOfForm(errors: FieldErrors): readonly string[] {
  return Object.entries(errors)
    .filter(([field]) => field !== "email" && field !== "password")
    .flatMap(([field, texts]) => (field === "" ? texts : texts.map((text) => `${field}: ${text}`)));
}
