import type { Assets } from "../../assets/asset.ts";
import { accountBar } from "../account-bar.ts";
import { type FieldErrors, formField } from "../form-field.ts";
import { html } from "../html.ts";
import { layout } from "../layout.ts";
import { obstaclesOf, type RecoveryState } from "./recovery-state.ts";

/** The forms that ask for an address, by the path that they post to. */
export type AddressFormKind = "confirm" | "reset" | "change-email";

/** The values and messages of a form that asks for an address. */
export interface AddressState extends RecoveryState {
  /** The address that was typed. */
  readonly email?: string;
  readonly errors?: FieldErrors;
}

const TEXT = {
  confirm: {
    title: "Confirm your address",
    lead: "If your address still has to be confirmed, you get a mail with a link.",
    label: "E-mail address",
    button: "Send the mail again",
  },
  reset: {
    title: "Forgot your password?",
    lead: "If your address has an account, you get a mail with a link, and set a new password there.",
    label: "E-mail address",
    button: "Send me a mail",
  },
  "change-email": {
    title: "Change your address",
    lead: "You get a mail at the new address. Until you follow its link your account keeps the old one.",
    label: "New e-mail address",
    button: "Send a mail there",
  },
} as const;

/** The page with a form that asks for an address and has a mail sent; works without JavaScript. */
export function addressForm(assets: Assets, kind: AddressFormKind, state: AddressState): string {
  const { title, lead, label, button } = TEXT[kind];
  const { email, errors = {}, obstacles = [], signedInAs, registrationOpen } = state;
  const wrong = obstacles.length > 0 || Object.values(errors).some(({ length }) => length > 0);
  const general = [...obstacles, ...(errors[""] ?? [])];
  return layout(assets, {
    title: wrong ? `Not done yet: ${title}` : title,
    width: "narrow",
    account: accountBar(signedInAs, { registrationOpen }),
    content: html`<h1>${title}</h1>
      <p>${lead}</p>
      ${kind === "change-email" && signedInAs !== undefined && html`<p>The present one is <strong>${signedInAs}</strong>.</p>`}
      ${obstaclesOf(general)}
      <form class="form" method="post" action="/${kind}" novalidate>
        ${formField({
          name: "email",
          label,
          type: "email",
          autocomplete: kind === "change-email" ? "email" : "username",
          maxLength: 254,
          ...(email !== undefined && { value: email }),
          errors: errors.email,
          first: true,
          describedBy: general.length > 0 ? "form-errors" : undefined,
        })}
        <button class="button">${button}</button>
      </form>`,
  });
}
