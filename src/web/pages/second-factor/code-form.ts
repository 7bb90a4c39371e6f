import type { Assets } from "../../assets/asset.ts";
import { accountBar, type WaysIn } from "../account-bar.ts";
import { formScript, passkeyPlace } from "../form-field.ts";
import { type Html, html } from "../html.ts";
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

const RECOVERY = { path: "/mf-recovery", question: "No code reaches you?", offer: "Use a recovery code" };

/** The texts where the form is shown once more: it is not known then whether the code was sent. */
const ANEW = { label: "Code", hint: "Of your authenticator, or the one that was sent to you.", other: RECOVERY };

/** The same for the first code of a factor that is being set up and is no authenticator. */
const SET_UP_ANEW = {
  ...ANEW,
  other: { path: "/tf-setup", question: "No code has come?", offer: "Begin again" },
};

/** What is said where the sign-in began with a code of the only factor. */
const NOTHING_ELSE =
  "You have signed in by a code that was sent to you, and that is your second factor, too. Sign in with your password instead, or use a " +
  "recovery code.";

function sentText(to: string) {
  const hint = `Eight digits, good for ten minutes, for ${to}.`;
  return { label: `Code that was sent to ${to}`, hint, other: RECOVERY };
}

/** The texts of a form, by where its code comes from. */
function textsOf(kind: keyof typeof TEXT, { sent, anew }: Required<Pick<CodeFormState, "sent" | "anew">>) {
  const unknown = kind === "set-up" ? SET_UP_ANEW : ANEW;
  if (sent !== null) return { ...sentText(sent.to), other: unknown.other };
  return anew ? unknown : TEXT[kind];
}

function sendForm(method: "email" | "sms"): Html {
  return html`<form class="form" method="post" action="/tf-rescue"><input type="hidden" name="help_setup" value="${method}"><button class="button secondary">Send a new code</button></form>`;
}

/** The form as it is shown, where it is not the first time. */
export interface CodeFormState {
  /** What was wrong with the code that was sent. */
  readonly errors?: readonly string[];
  /** Where the form is sent. */
  readonly action?: string;
  readonly signedInAs?: string | undefined;
  /** The local path to go to afterwards, and the site of a passkey that can be used instead; null for none. */
  readonly passkey?: { readonly next: string; readonly site: string } | null;
  /** Whether a code finishes the sign-in: false where nothing but a passkey, or what stands in for it, does. */
  readonly takesCode?: boolean;
  /** The place that the code was sent to, most of it hidden; null for an authenticator. */
  readonly sent?: { readonly method: "email" | "sms"; readonly to: string } | null;
  /** Whether the form is shown once more, where the kind of the factor is not known. */
  readonly anew?: boolean;
}

/** The page that takes a code; works without JavaScript. */
export function codeForm(
  assets: Assets,
  kind: keyof typeof TEXT,
  { registrationOpen }: WaysIn,
  {
    errors = [],
    action = TEXT[kind].action,
    signedInAs,
    passkey = null,
    takesCode = true,
    sent = null,
    anew = false,
  }: CodeFormState = {},
): string {
  const alone = !takesCode && kind === "authenticator";
  const byCode = kind === "authenticator" && takesCode;
  const isSignIn = kind !== "set-up";
  const isSent = kind === "set-up" && (sent !== null || anew);
  const { label, hint, other } = textsOf(kind, {
    sent: byCode || isSent ? sent : null,
    anew: anew && (byCode || isSent),
  });
  const asked = isSent ? TEXT.authenticator.title : TEXT[kind].title;
  const title = !alone ? asked : passkey === null ? "One more step" : "Use your passkey";
  return layout(assets, {
    title: errors.length > 0 ? `Not done yet: ${title}` : title,
    width: "narrow",
    account: accountBar(signedInAs, { registrationOpen }),
    content: html`<h1>${title}</h1>
      ${isSignIn && html`<p>${alone && passkey === null ? NOTHING_ELSE : "Your password was right. One more step, and you are signed in."}</p>`}
      ${alone && passkey !== null && html`<noscript><p>Your second factor is a passkey, for which this page needs JavaScript. A recovery code works without.</p></noscript>`}
      <form class="form" method="post" action="${action}" novalidate>
        ${
          !alone &&
          html`${codeField({ label, kind: kind === "recovery-code" ? kind : "authenticator", hint, errors })}
        <button class="button">${isSignIn ? "Sign in" : "Turn it on"}</button>`
        }
        ${passkey !== null && passkeyPlace({ purpose: "second-factor", ...passkey })}
      </form>
      ${byCode && sent !== null && sendForm(sent.method)}
      <p>${alone ? (passkey === null ? "" : "No passkey at hand?") : other.question} <a href="${other.path}">${other.offer}</a></p>
      ${anew && byCode && html`<p>No code yet? <a href="/tf-validate">See how to get one</a></p>`}
      ${isSignIn && html`<p><a href="/login">${alone && passkey === null ? "Sign in with your password" : "Begin again"}</a></p>`}`,
    head: formScript(assets),
  });
}
