import type { Assets } from "../../assets/asset.ts";
import { accountBar, type WaysIn } from "../account-bar.ts";
import { html } from "../html.ts";
import { layout } from "../layout.ts";

/** The page that says what goes with an account, and deletes it; works without JavaScript. */
export function deletionPage(assets: Assets, signedInAs: string, { registrationOpen }: WaysIn): string {
  return layout(assets, {
    title: "Delete your account",
    width: "narrow",
    account: accountBar(signedInAs, { registrationOpen }),
    content: html`<h1>Delete your account</h1>
      <p>The account of <strong>${signedInAs}</strong> goes for good, on every device, and with it:</p>
      <ul>
        <li>your likes,</li>
        <li>your password, second factor, recovery codes and passkeys,</li>
        <li>every sign-in and token.</li>
      </ul>
      <p>Nobody can bring it back. <a href="/account">Download your data</a> first if you want to keep it.</p>
      <p>What happened to the account stays in this server's records for a while, without your address.</p>
      <form class="form" method="post" action="/delete-account">
        <div class="actions"><button class="button secondary danger">Delete my account for good</button> <a class="button secondary" href="/account">Keep it</a></div>
      </form>`,
  });
}
