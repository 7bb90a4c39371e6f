import type { Assets } from "../../assets/asset.ts";
import { accountBar, type WaysIn } from "../account-bar.ts";
import { html } from "../html.ts";
import { layout } from "../layout.ts";
import { codeField } from "./code-field.ts";

const TEXT = {
  authenticator: {
    title: "Enter your code",
    action: "/tf-validate",
    label: "Code of your authenticator",
    hint: "Six digits, which your authenticator shows for this site.",
    other: { path: "/mf-recovery", question: "No authenticator at hand?", offer: "Use a recovery code" },
  },
  "recovery-code": {
    title: "Use a recovery code",
    action: "/mf-recovery",
    label: "Recovery code",
    hint: "One of the codes that you kept when you made them. It works once.",
    other: { path: "/tf-validate", question: "Found your authenticator?", offer: "Enter its code" },
  },
  "set-up": {
    title: "Set up your authenticator",
    action: "/tf-setup",
    label: "Code of your authenticator",
    hint: "Six digits, which your authenticator shows for this site now.",
    other: { path: "/tf-setup", question: "Not read the picture?", offer: "Begin again" },
  },
} as const;

/** The form as it is shown, where it is not the first time. */
export interface CodeFormState {
  /** What was wrong with the code that was sent. */
  readonly errors?: readonly string[];
  /** Where the form is sent. */
  readonly action?: string;
  readonly signedInAs?: string | undefined;
}

/** The page that takes a code; works without JavaScript. */
export function codeForm(
  assets: Assets,
  kind: keyof typeof TEXT,
  { registrationOpen }: WaysIn,
  { errors = [], action = TEXT[kind].action, signedInAs }: CodeFormState = {},
): string {
  const { title, label, hint, other } = TEXT[kind];
  const isSignIn = kind !== "set-up";
  return layout(assets, {
    title: errors.length > 0 ? `Not done yet: ${title}` : title,
    width: "narrow",
    account: accountBar(signedInAs, { registrationOpen }),
    content: html`<h1>${title}</h1>
      ${isSignIn && html`<p>Your password was right. One more step, and you are signed in.</p>`}
      <form class="form" method="post" action="${action}" novalidate>
        ${codeField({ label, kind: kind === "recovery-code" ? kind : "authenticator", hint, errors })}
        <button class="button">${isSignIn ? "Sign in" : "Turn it on"}</button>
      </form>
      <p>${other.question} <a href="${other.path}">${other.offer}</a></p>
      ${isSignIn && html`<p><a href="/login">Begin again</a></p>`}`,
  });
}
