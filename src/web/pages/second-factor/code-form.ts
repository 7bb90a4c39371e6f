import type { Assets } from "../../assets/asset.ts";
import { accountBar, type WaysIn } from "../account-bar.ts";
import { formScript, passkeyPlace } from "../form-field.ts";
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
  /** The local path to go to afterwards, and the site of a passkey that can be used instead; null for none. */
  readonly passkey?: { readonly next: string; readonly site: string } | null;
  /** Whether the person has no authenticator: nothing but a passkey, or what stands in for it, finishes the sign-in. */
  readonly passkeyAlone?: boolean;
}

/** The page that takes a code; works without JavaScript. */
export function codeForm(
  assets: Assets,
  kind: keyof typeof TEXT,
  { registrationOpen }: WaysIn,
  { errors = [], action = TEXT[kind].action, signedInAs, passkey = null, passkeyAlone = false }: CodeFormState = {},
): string {
  const alone = passkeyAlone && kind === "authenticator";
  const { label, hint, other } = TEXT[kind];
  const title = alone ? "Use your passkey" : TEXT[kind].title;
  const isSignIn = kind !== "set-up";
  return layout(assets, {
    title: errors.length > 0 ? `Not done yet: ${title}` : title,
    width: "narrow",
    account: accountBar(signedInAs, { registrationOpen }),
    content: html`<h1>${title}</h1>
      ${isSignIn && html`<p>Your password was right. One more step, and you are signed in.</p>`}
      ${alone && html`<noscript><p>Your second factor is a passkey, for which this page needs JavaScript. A recovery code works without.</p></noscript>`}
      <form class="form" method="post" action="${action}" novalidate>
        ${
          !alone &&
          html`${codeField({ label, kind: kind === "recovery-code" ? kind : "authenticator", hint, errors })}
        <button class="button">${isSignIn ? "Sign in" : "Turn it on"}</button>`
        }
        ${passkey !== null && passkeyPlace({ purpose: "second-factor", ...passkey })}
      </form>
      <p>${alone ? "No passkey at hand?" : other.question} <a href="${other.path}">${other.offer}</a></p>
      ${isSignIn && html`<p><a href="/login">Begin again</a></p>`}`,
    head: formScript(assets),
  });
}
