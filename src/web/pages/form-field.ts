import { type Html, html } from "./html.ts";

/** Messages by field name; "" for the whole form. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** One field of a form. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly type: "email" | "password";
  readonly autocomplete: string;
  readonly maxLength: number;
  /** What is there already; a password is never given back. */
  readonly value?: string;
  /** Told before it is broken. */
  readonly hint?: string;
  readonly errors?: readonly string[] | undefined;
  /** Whether the cursor starts here. */
  readonly first: boolean;
  /** Whether it is wrong as a message elsewhere says, without one of its own. */
  readonly invalid?: boolean;
  /** The id of a message elsewhere that is about this field too. */
  readonly describedBy?: string | undefined;
}

/** A label, its input, what helps to fill it in, and what was wrong, all tied together for those who listen. */
export function formField(field: FormField): Html {
  const { name, label, type, autocomplete, maxLength, value, hint, errors = [], first, invalid, describedBy } = field;
  const wrong = errors.length > 0;
  const described = [describedBy, hint && `${name}-hint`, wrong && `${name}-errors`].filter(Boolean).join(" ");
  return html`<div class="field">
          <label for="${name}">${label}</label>
          ${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
          <input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" required maxlength="${maxLength}"${
            type === "email" && html` inputmode="email" autocapitalize="none" spellcheck="false"`
          }${value !== undefined && html` value="${value}"`}${(wrong || invalid) && html` aria-invalid="true"`}${
            described !== "" && html` aria-describedby="${described}"`
          }${first && html` autofocus`}>
          ${wrong && html`<div class="errors" id="${name}-errors" role="alert">${errors.map((text) => html`<p>${text}</p>`)}</div>`}
        </div>`;
}
