import type { Assets } from "../../assets/asset.ts";
import { accountBar } from "../account-bar.ts";
import { type Html, html } from "../html.ts";
import { layout } from "../layout.ts";

/** The account of the person who is signed in, and what this server offers for it. */
export interface AccountState {
  readonly signedInAs: string;
  readonly registrationOpen: boolean;
  /** Whether the server sends mails: without, neither an address nor a forgotten password can be changed. */
  readonly sendsMail: boolean;
  /** Whether the account has a second factor. */
  readonly hasFactor: boolean;
  /** Whether a second factor can be set up here. */
  readonly offersFactor: boolean;
  /** Whether this server takes passkeys. */
  readonly takesPasskeys: boolean;
  /** Whether the password was proved lately enough for a change of address and for the export. */
  readonly fresh: boolean;
}

/**
 * The page from which an account is managed without JavaScript. Its parts have the words and the order of the account area of the
 * application, which leads here by "Overview".
 */
export function accountPage(assets: Assets, state: AccountState): string {
  const { signedInAs, registrationOpen, sendsMail, hasFactor, offersFactor, takesPasskeys, fresh } = state;
  const afterProof = (path: string) => (fresh ? path : `/verify?next=${encodeURIComponent(path)}`);
  return layout(assets, {
    title: "Your account",
    path: "/account",
    account: accountBar(signedInAs, { registrationOpen }),
    content: html`<h1>Your account</h1>
      <p>You are signed in as <strong>${signedInAs}</strong>.</p>
      ${setting("Password", sendsMail ? "You get a mail with a link, and set a new one there." : ON_PAGE, sendsMail ? link("/reset", "Set a new password") : link("/#/password", "Change password"))}
      ${(hasFactor || offersFactor) && setting("Second factor", hasFactor ? "A sign-in asks for it after the password." : "With one, who learns your password still cannot sign in.", link("/tf-setup", hasFactor ? "Change the second factor" : "Set up a second factor"))}
      ${hasFactor && setting("Recovery codes", "For the day when your second factor is lost.", link("/mf-recovery-codes", "See recovery codes"))}
      ${takesPasskeys && setting("Passkeys", ON_PAGE, link("/#/security", "Manage passkeys"))}
      ${setting("Devices", ON_PAGE, link("/#/devices", "Manage devices"))}
      ${setting("Activity", "Sign-ins, those that failed, and what was changed.", link("/account/activity", "See what happened"))}
      ${setting("Tokens", "A program of yours calls this server by one, and may do no more than you say.", link("/account/tokens", "Manage tokens"))}
      ${sendsMail && setting("Address", "You get a mail at the new one, and confirm it there.", link(afterProof("/change-email"), "Change the address"))}
      ${setting("Export", exportText(fresh), fresh ? link("/api/me/export", "Download my data") : link(afterProof("/account"), "Prove that it is you"))}
      ${setting("Delete account", "It goes for good, with all that is kept for it.", html`<a class="button secondary small danger" href="/delete-account">Delete my account</a>`)}`,
  });
}

/** What is said of a part that only the application has. */
const ON_PAGE = "On a page that needs JavaScript.";

function exportText(fresh: boolean): string {
  const what = "All that is kept about you, in one file.";
  return fresh ? what : `${what} To download it, prove first that it is you.`;
}

function setting(title: string, text: string, way: Html): Html {
  return html`<section class="setting">
        <div class="setting-about"><h2>${title}</h2><p>${text}</p></div>
        ${way}
      </section>`;
}

function link(path: string, text: string): Html {
  return html`<a class="button secondary small" href="${path}">${text}</a>`;
}
