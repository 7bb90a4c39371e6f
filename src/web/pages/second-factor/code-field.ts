import { type Html, html } from "../html.ts";

/** A field for a code. */
export interface CodeField {
  readonly label: string;
  readonly kind: "authenticator" | "recovery-code";
  readonly hint?: string;
  readonly errors?: readonly string[];
  readonly first?: boolean;
  readonly optional?: boolean;
}

/** A field for a code: what phones and password managers know as a one-time code (HTML, section 4.10.18.7.1). */
export function codeField({ label, kind, hint, errors = [], first = true, optional = false }: CodeField): Html {
  const wrong = errors.length > 0;
  const described = [hint !== undefined && "code-hint", wrong && "code-errors"].filter(Boolean).join(" ");
  const digits = kind === "authenticator";
  return html`<div class="field">
          <label for="code">${label}</label>
          ${hint !== undefined && html`<p class="hint" id="code-hint">${hint}</p>`}
          <input id="code" name="code" type="text" autocomplete="${digits ? "one-time-code" : "off"}" maxlength="32" autocapitalize="none" spellcheck="false"${
            digits && html` inputmode="numeric"`
          }${!optional && html` required`}${wrong && html` aria-invalid="true"`}${
            described !== "" && html` aria-describedby="${described}"`
          }${first && html` autofocus`}>
          ${wrong && html`<div class="errors" id="code-errors" role="alert">${errors.map((text) => html`<p>${text}</p>`)}</div>`}
        </div>`;
}
