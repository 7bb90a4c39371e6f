import type { Assets } from "../../assets/asset.ts";
import { accountBar } from "../account-bar.ts";
import { html } from "../html.ts";
import { layout } from "../layout.ts";
import type { RecoveryState } from "./recovery-state.ts";

/** What was done by a form, as the page after it tells. */
export type NoticeKind =
  | "mail-sent"
  | "confirmed"
  | "password-reset"
  | "email-changed"
  | "email-restored"
  | "account-deleted";

const TEXT: Readonly<Record<NoticeKind, { title: string; texts: readonly string[]; signIn?: true }>> = {
  "mail-sent": {
    title: "A mail is on its way",
    texts: [
      "If the address is right, you get a mail within a few minutes. Follow its link, at best in this browser.",
      "Nothing there? Look into the folder for spam, and whether the address was spelled right.",
    ],
  },
  confirmed: { title: "Your address is confirmed", texts: ["Your account is open."], signIn: true },
  "password-reset": {
    title: "Your password is set",
    texts: ["Every sign-in from before has ended. Sign in with the new password."],
    signIn: true,
  },
  "email-changed": {
    title: "Your address is changed",
    texts: ["You sign in with it from now on. The old address was told, with a way back."],
  },
  "email-restored": {
    title: "Your old address is back",
    texts: ["Every sign-in has ended, and the password, too. A mail to set a new one is on its way to you."],
  },
  "account-deleted": {
    title: "Your account is deleted",
    texts: ["It is gone for good, with all that was kept for it, and you are signed out everywhere."],
  },
};

/** The page after a form that was accepted. */
export function noticePage(assets: Assets, about: NoticeKind, { signedInAs, registrationOpen }: RecoveryState): string {
  const { title, texts, signIn } = TEXT[about];
  const offer = signIn === true && signedInAs === undefined;
  return layout(assets, {
    title,
    width: "narrow",
    account: accountBar(signedInAs, { registrationOpen }),
    content: html`<h1>${title}</h1>
      ${texts.map((text) => html`<p>${text}</p>`)}
      <p class="actions">${offer && html`<a class="button" href="/login">Sign in</a>`} <a class="button secondary" href="/">To the start page</a></p>`,
  });
}
