import type { Assets } from "../assets/asset.ts";
import { accountBar } from "./account-bar.ts";
import { accountFields, type FormKind, type FormRules, type FormState } from "./account-fields.ts";
import { type FieldErrors, formScript, passkeyPlace } from "./form-field.ts";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";

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
      ${kind === "login" && rules.takesUsernames && otherIdentity(state)}
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
  const { next, remember = false, errors = {}, obstacles = [] } = state;
  const { passkeySite } = rules;
  const general = [...obstacles, ...messagesOfForm(errors)];
  // novalidate: the server's sentences beside the fields say more than a browser's bubbles, and stay.
  return html`${general.length > 0 && html`<div class="notice error" id="form-errors" role="alert">${general.map((text) => html`<p>${text}</p>`)}</div>`}
      <form class="form" method="post" action="/${kind}" novalidate>
        <input type="hidden" name="next" value="${next}">
        ${accountFields(kind, state, rules, general.length > 0)}
        <label class="check"><input type="checkbox" name="remember" value="on"${remember && html` checked`}> Keep me signed in</label>
        <button class="button">${TEXT[kind].title}</button>
        ${kind === "login" && passkeySite !== null && passkeyPlace({ purpose: "sign-in", next, site: passkeySite })}
      </form>`;
}

/** The way from the form with the address to the one with the user name, and back. */
function otherIdentity({ next, username }: FormState): Html {
  const query = `next=${encodeURIComponent(next)}`;
  return username === undefined
    ? html`<p><a href="/login?by=username&amp;${query}">Sign in with your user name</a></p>`
    : html`<p><a href="/login?${query}">Sign in with your e-mail address</a></p>`;
}

function signedIn(email: string, next: string): Html {
  return html`<div class="notice">
        <p>You are signed in as <strong>${email}</strong>.</p>
        <p class="actions"><a class="button small" href="${next}">Go on</a></p>
      </div>`;
}

/** The errors that belong to no field of the form, which stand above it. */
function messagesOfForm(errors: FieldErrors): readonly string[] {
  return Object.entries(errors)
    .filter(([field]) => !["email", "username", "password"].includes(field))
    .flatMap(([field, texts]) => (field === "" ? texts : texts.map((text) => `${field}: ${text}`)));
}
