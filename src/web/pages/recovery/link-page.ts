import type { Assets } from "../../assets/asset.ts";
import { accountBar } from "../account-bar.ts";
import { type FieldErrors, formField, formScript } from "../form-field.ts";
import { type Html, html } from "../html.ts";
import { layout } from "../layout.ts";
import { obstaclesOf, type RecoveryState } from "./recovery-state.ts";

/** The kinds of mailed links, by the path that they begin with. */
export type LinkKind = "confirm" | "reset" | "change-email" | "undo-email";

/** The state of a mailed link, and the messages about what was typed. */
export interface LinkPage extends RecoveryState {
  /** The secret of the link. */
  readonly link: string;
  /** Whether the code of the mail has to be typed: another browser asked for it. */
  readonly codeRequired: boolean;
  readonly errors?: FieldErrors;
  readonly minPasswordLength: number;
}

const TEXT = {
  confirm: { title: "Confirm your address", lead: "One more step, and your account is open.", button: "Confirm" },
  reset: {
    title: "Set a new password",
    lead: "It ends every sign-in of your account, on all devices.",
    button: "Set the password",
  },
  "change-email": {
    title: "Change your address",
    lead: "Your account gets the address that the mail was sent to.",
    button: "Change the address",
  },
  "undo-email": {
    title: "Take the change of address back",
    lead: "Your account gets its old address back. Every sign-in ends, and the password: a mail to set a new one follows.",
    button: "Take it back",
  },
} as const;

/** The page of a mailed link: a button that spends it, after the code and a new password where they are needed. */
export function linkPage(assets: Assets, kind: LinkKind, page: LinkPage): string {
  const { title, lead, button } = TEXT[kind];
  const { link, codeRequired, errors = {}, obstacles = [], signedInAs, registrationOpen } = page;
  const general = [...obstacles, ...(errors[""] ?? []), ...(codeRequired ? [] : (errors.code ?? []))];
  const wrong = general.length > 0 || Object.values(errors).some(({ length }) => length > 0);
  return layout(assets, {
    title: wrong ? `Not done yet: ${title}` : title,
    width: "narrow",
    account: accountBar(signedInAs, { registrationOpen }),
    content: html`<h1>${title}</h1>
      <p>${lead}</p>
      ${obstaclesOf(general)}
      <form class="form" method="post" action="/${kind}/${link}" novalidate>
        ${codeRequired && codeField(page)}
        ${kind === "reset" && passwordFields(page)}
        <button class="button">${button}</button>
      </form>`,
    ...(kind === "reset" && { head: formScript(assets) }),
  });
}

function codeField({ errors = {} }: LinkPage): Html {
  return formField({
    name: "code",
    label: "Code of the mail",
    type: "code",
    autocomplete: "one-time-code",
    maxLength: 32,
    hint: "Another browser asked for the mail. The eight digits in it show that you have read it.",
    errors: errors.code,
    first: !errors.password,
  });
}

function passwordFields({ errors = {}, minPasswordLength, codeRequired }: LinkPage): Html {
  const field = (name: string, label: string, hint?: string) =>
    formField({
      name,
      label,
      type: "password",
      autocomplete: "new-password",
      maxLength: 1024,
      ...(hint !== undefined && { hint }),
      errors: errors[name],
      first: name === "password" && (!codeRequired || errors.password !== undefined),
    });
  return html`${field("password", "New password", `At least ${minPasswordLength} characters, and hard to guess.`)}
        ${field("password_confirm", "The same once more")}`;
}

/** Where one asks for another mail, by the kind of the link. */
const AGAIN = {
  confirm: "/confirm",
  reset: "/reset",
  "change-email": "/change-email",
  "undo-email": undefined,
} as const;

/** The page of a link that is no longer good. */
export function refusedLinkPage(
  assets: Assets,
  kind: LinkKind,
  { signedInAs, registrationOpen }: RecoveryState,
): string {
  const again = AGAIN[kind];
  return layout(assets, {
    title: "This link is no longer good",
    width: "narrow",
    account: accountBar(signedInAs, { registrationOpen }),
    content: html`<h1>This link is no longer good</h1>
      <p>It was used, or its time is over, or your account has changed since it was sent. Nothing was changed now.</p>
      <p class="actions">${again !== undefined && html`<a class="button" href="${again}">Ask for another mail</a>`} <a class="button secondary" href="/">To the start page</a></p>`,
  });
}
