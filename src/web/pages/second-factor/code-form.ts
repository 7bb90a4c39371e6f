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
} as const;

/** What was wrong with the code that was sent. */
export interface CodeFormState {
  readonly errors?: readonly string[];
}

/** The page that finishes a sign-in by a code; works without JavaScript. */
export function codeForm(
  assets: Assets,
  kind: keyof typeof TEXT,
  rules: WaysIn,
  { errors = [] }: CodeFormState = {},
): string {
  const { title, action, label, hint, other } = TEXT[kind];
  return layout(assets, {
    title: errors.length > 0 ? `Not done yet: ${title}` : title,
    width: "narrow",
    account: accountBar(undefined, { registrationOpen: rules.registrationOpen }),
    content: html`<h1>${title}</h1>
      <p>Your password was right. One more step, and you are signed in.</p>
      <form class="form" method="post" action="${action}" novalidate>
        ${codeField({ label, kind, hint, errors })}
        <button class="button">Sign in</button>
      </form>
      <p>${other.question} <a href="${other.path}">${other.offer}</a></p>
      <p><a href="/login">Begin again</a></p>`,
  });
}
