import type { Assets } from "../assets/asset.ts";
import { accountBar } from "./account-bar.ts";
import { type FieldErrors, formField } from "./form-field.ts";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";

/** The two forms by which a person comes in. */
export type FormKind = "login" | "register";

/** What a form shows besides its empty fields. The password is never given back. */
export interface FormState {
  /** The local path that one came from and goes back to. */
  readonly next: string;
  readonly email?: string;
  /** Whether the session is to outlive the browser. */
  readonly remember?: boolean;
  /** What is wrong with what was typed. */
  readonly errors?: FieldErrors;
  /** What else is in the way: whatever was typed, nobody has looked at it. */
  readonly obstacles?: readonly string[];
  /** Who is signed in already. */
  readonly signedInAs?: string | undefined;
}

/** What the settings of the server say to a person. */
export interface FormRules {
  readonly registrationOpen: boolean;
  /** The fewest characters of a new password. */
  readonly minPasswordLength: number;
}

const TEXT = {
  login: { title: "Sign in", other: "register", question: "No account yet?", offer: "Create one" },
  register: { title: "Create an account", other: "login", question: "Have an account?", offer: "Sign in" },
} as const;

/** The page with the form for signing in or registering; works without JavaScript. */
export function accountForm(assets: Assets, kind: FormKind, state: FormState, rules: FormRules): string {
  const { title, other, question, offer } = TEXT[kind];
  const { next, errors = {}, obstacles = [], signedInAs } = state;
  const wrong = [obstacles, ...Object.values(errors)].some(({ length }) => length > 0);
  const closed = kind === "register" && !rules.registrationOpen;
  return layout(assets, {
    title: wrong ? `Not done yet: ${title}` : title,
    width: "narrow",
    // Whoever is not signed in is offered that here anyway.
    account: signedInAs !== undefined && accountBar(signedInAs),
    content: html`<h1>${title}</h1>
      ${signedInAs !== undefined && signedIn(signedInAs, next)}
      ${closed ? CLOSED : form(kind, state, rules)}
      ${(kind === "register" || rules.registrationOpen) && html`<p>${question} <a href="/${other}?next=${encodeURIComponent(next)}">${offer}</a></p>`}`,
  });
}

const CLOSED = html`<div class="notice"><p>This server takes no new accounts. Whoever runs it can make one for you.</p></div>`;

function form(kind: FormKind, state: FormState, rules: FormRules): Html {
  const { next, email = "", remember = false, errors = {}, obstacles = [] } = state;
  const general = [...obstacles, ...messagesOfForm(errors)];
  // Which of the two is wrong is not told to anybody: both are.
  const refused = errors[""] !== undefined && errors[""].length > 0;
  // What is wrong with no single field is read out with the one that will be typed into next.
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
      autocomplete: "username",
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
  // The server's sentences beside the fields say more than a browser's bubbles, and stay.
  return html`${general.length > 0 && html`<div class="notice error" id="form-errors" role="alert">${general.map((text) => html`<p>${text}</p>`)}</div>`}
      <form class="form" method="post" action="/${kind}" novalidate>
        <input type="hidden" name="next" value="${next}">
        ${fields}
        <label class="check"><input type="checkbox" name="remember" value="on"${remember && html` checked`}> Keep me signed in</label>
        <button class="button">${TEXT[kind].title}</button>
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

/** What belongs to no field that this form has is said above all of them. */
function messagesOfForm(errors: FieldErrors): readonly string[] {
  return Object.entries(errors)
    .filter(([field]) => field !== "email" && field !== "password")
    .flatMap(([field, texts]) => (field === "" ? texts : texts.map((text) => `${field}: ${text}`)));
}
