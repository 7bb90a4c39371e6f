import { type FieldErrors, formField } from "./form-field.ts";
import type { Html } from "./html.ts";

/** The two forms: to sign in, and to create an account. */
export type FormKind = "login" | "register";

/** The values and messages that a form shows. It never shows the password that was typed. */
export interface FormState {
  /** The local path to go to after the form. */
  readonly next: string;
  readonly email?: string;
  /** The user name that was typed, where the form asks for it in place of the address. */
  readonly username?: string;
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
  /** Whether accounts have user names, which sign in as addresses do. */
  readonly takesUsernames: boolean;
  /** The site whose passkeys sign in here; null for none. */
  readonly passkeySite: string | null;
  /** The least number of characters of a new password. */
  readonly minPasswordLength: number;
}

/**
 * The fields of the form for signing in or registering, with what was typed in them, but for the password.
 *
 * @param hasMessages whether messages of no single field stand above the form
 */
export function accountFields(
  kind: FormKind,
  { email = "", username, errors = {} }: FormState,
  rules: FormRules,
  hasMessages: boolean,
): Html[] {
  const byName = username !== undefined;
  // A refused sign-in marks both fields: telling which is wrong would tell whether the account exists.
  const refused = errors[""] !== undefined && errors[""].length > 0;
  // Errors of no single field are read out with the field that has the focus.
  const start = !(errors.email ?? errors.username) && (errors.password || hasMessages) ? "password" : "identity";
  const about = (field: string) => ({
    first: start === field,
    invalid: refused,
    describedBy: refused || (hasMessages && start === field) ? "form-errors" : undefined,
  });
  return [
    formField({
      ...(byName
        ? {
            name: "username",
            label: "User name",
            type: "text",
            maxLength: 64,
            value: username,
            errors: errors.username,
          }
        : {
            name: "email",
            label: "E-mail address",
            type: "email",
            maxLength: 254,
            value: email,
            errors: errors.email,
          }),
      autocomplete: kind === "login" && rules.passkeySite !== null ? "username webauthn" : "username",
      ...about("identity"),
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
}

function passwordHint({ minPasswordLength }: FormRules): string {
  return `At least ${minPasswordLength} characters, and hard to guess. A few words that have nothing to do with each other are fine.`;
}
