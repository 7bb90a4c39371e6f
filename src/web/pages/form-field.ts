import type { Assets } from "../assets/asset.ts";
import { type Html, html } from "./html.ts";

/** Messages by field name; "" for the whole form. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/** One field of a form. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  /** `code` is for digits. */
  readonly type: "email" | "text" | "password" | "code";
  readonly autocomplete: string;
  readonly maxLength: number;
  /** Whether the field may stay empty. */
  readonly optional?: boolean;
  /** The value that is filled in; never a password. */
  readonly value?: string;
  /** The rule for the value, shown before any error. */
  readonly hint?: string;
  readonly errors?: readonly string[] | undefined;
  /** Whether the focus starts here. */
  readonly first: boolean;
  /** Whether the value is wrong by a message elsewhere, without errors of its own. */
  readonly invalid?: boolean;
  /** The id of a message elsewhere that describes this field too. */
  readonly describedBy?: string | undefined;
}

/** A field: label, hint, input and errors, tied together by ids for screen readers. */
export function formField(field: FormField): Html {
  const { name, label, type, hint, errors = [] } = field;
  const wrong = errors.length > 0;
  return html`<div class="field">
          <label for="${name}">${label}</label>
          ${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
          ${type === "password" ? html`<div class="hidden-input">${input(field)}</div>` : input(field)}
          ${wrong && html`<div class="errors" id="${name}-errors" role="alert">${errors.map((text) => html`<p>${text}</p>`)}</div>`}
          ${chooses(field) && html`<p class="strength" role="status"></p>`}
        </div>`;
}

/** The script that a page with passwords loads: it adds the buttons that show them. */
export function formScript(assets: Assets): Html {
  return html`<script type="module" src="${assets.url("forms.js")}"></script>`;
}

/** What a passkey is asked for in a form, and the local path to go to afterwards. */
export interface PasskeyPlace {
  readonly purpose: "sign-in" | "second-factor" | "verify";
  readonly next: string;
  /** The site that passkeys belong to. */
  readonly site: string;
}

/** The place in a form for a button that asks for a passkey, which a script draws: it does nothing without one. */
export function passkeyPlace({ purpose, next, site }: PasskeyPlace): Html {
  return html`<div class="passkey" data-passkey="${purpose}" data-next="${next}" data-site="${site}"></div>`;
}

/** Whether the field is for a new password: its place for a sentence about how good it is, which a script fills, keeps the page still. */
function chooses({ name, autocomplete }: FormField): boolean {
  return autocomplete === "new-password" && !name.endsWith("_confirm");
}

function input({
  name,
  type,
  autocomplete,
  maxLength,
  value,
  hint,
  errors = [],
  first,
  invalid,
  describedBy,
  optional = false,
}: FormField): Html {
  const wrong = errors.length > 0;
  const described = [describedBy, hint && `${name}-hint`, wrong && `${name}-errors`].filter(Boolean).join(" ");
  return html`<input id="${name}" name="${name}" type="${type === "code" ? "text" : type}" autocomplete="${autocomplete}"${!optional && html` required`} maxlength="${maxLength}"${
    (type === "email" || type === "code") && html` inputmode="${type === "email" ? "email" : "numeric"}"`
  } autocapitalize="none" spellcheck="false"${value !== undefined && html` value="${value}"`}${(wrong || invalid) && html` aria-invalid="true"`}${
    described !== "" && html` aria-describedby="${described}"`
  }${first && html` autofocus`}>`;
}
