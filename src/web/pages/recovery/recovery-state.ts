import { type Html, html } from "../html.ts";

/** What all pages of recovery show besides their own. */
export interface RecoveryState {
  /** The e-mail address of the person who is signed in. */
  readonly signedInAs?: string | undefined;
  readonly registrationOpen: boolean;
  /** Reasons why the server did not do what a form asked for. */
  readonly obstacles?: readonly string[];
}

/** The messages that belong to no field, above a form. */
export function obstaclesOf(texts: readonly string[]): Html | false {
  return (
    texts.length > 0 &&
    html`<div class="notice error" id="form-errors" role="alert">${texts.map((text) => html`<p>${text}</p>`)}</div>`
  );
}
