import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";

/** The two forms by which a person comes in. */
export type FormKind = "login" | "register";

/** Messages by field name; "" for the whole form. */
type Errors = Readonly<Record<string, readonly string[]>>;

/** What a form shows besides its empty fields. The password is never given back. */
export interface FormState {
  /** The local path that one came from and goes back to. */
  readonly next: string;
  readonly email?: string;
  readonly errors?: Errors;
}

const TEXT = {
  login: { title: "Sign in", action: "Sign in", other: "register", question: "No account yet?", offer: "Create one" },
  register: {
    title: "Create an account",
    action: "Create account",
    other: "login",
    question: "Have an account?",
    offer: "Sign in",
  },
} as const;

/** The page with the form for signing in or registering; works without JavaScript. */
export function accountForm(kind: FormKind, { next, email = "", errors = {} }: FormState): string {
  const { title, action, other, question, offer } = TEXT[kind];
  return layout(
    title,
    html`<h1>${title}</h1>
      ${messages("form", messagesOfForm(errors))}
      <form method="post" action="/${kind}">
        <input type="hidden" name="next" value="${next}">
        <label for="email">E-mail address</label>
        <input id="email" name="email" type="email" autocomplete="username" required maxlength="254" value="${email}"${described("email", errors)}>
        ${messages("email", errors.email)}
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="${kind === "login" ? "current-password" : "new-password"}" required maxlength="1024"${described("password", errors)}>
        ${messages("password", errors.password)}
        ${kind === "login" && html`<label class="check"><input type="checkbox" name="remember" value="on"> Keep me signed in</label>`}
        <button>${action}</button>
      </form>
      <p>${question} <a href="/${other}?next=${encodeURIComponent(next)}">${offer}</a></p>`,
  );
}

/** What belongs to no field that this form has is said above all of them. */
function messagesOfForm(errors: Errors): readonly string[] {
  return Object.entries(errors)
    .filter(([field]) => field !== "email" && field !== "password")
    .flatMap(([field, texts]) => (field === "" ? texts : texts.map((text) => `${field}: ${text}`)));
}

function described(field: string, errors: Errors): Html {
  return errors[field] ? html` aria-invalid="true" aria-describedby="${field}-errors"` : html``;
}

function messages(field: string, texts: readonly string[] | undefined): Html {
  if (!texts?.length) return html``;
  return html`<ul class="errors" id="${field}-errors" role="alert">${texts.map((text) => html`<li>${text}</li>`)}</ul>`;
}
