import type { Assets } from "../../assets/asset.ts";
import { accountBar, type WaysIn } from "../account-bar.ts";
import { html } from "../html.ts";
import { layout } from "../layout.ts";

/** Recovery codes that were just made, or none, and how many are left. */
export interface CodesState {
  readonly codes: readonly string[];
  readonly left: number;
  readonly signedInAs: string;
}

/** The page with recovery codes, which are shown once. */
export function recoveryCodesPage(
  assets: Assets,
  { codes, left, signedInAs }: CodesState,
  { registrationOpen }: WaysIn,
): string {
  return layout(assets, {
    title: "Recovery codes",
    width: "narrow",
    account: accountBar(signedInAs, { registrationOpen }),
    content: html`<h1>Recovery codes</h1>
      ${
        codes.length === 0
          ? html`<p>You have ${left} left. They cannot be shown again; new ones take the place of all from before.</p>
      <form class="form" method="post" action="/mf-recovery-codes"><button class="button">Make new recovery codes</button></form>`
          : html`<div class="notice"><p>Keep these now: they are not shown again. Each works once, in place of the code of your authenticator.</p></div>
      <ul class="code-list">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>`
      }
      <p><a href="/tf-setup">Back to the second factor</a></p>`,
  });
}
