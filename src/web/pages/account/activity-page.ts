import type { Assets } from "../../assets/asset.ts";
import { eventInWords } from "../../wording.ts";
import { accountBar } from "../account-bar.ts";
import { html } from "../html.ts";
import { layout } from "../layout.ts";

/** What happened to an account, as far as its page shows it. */
export interface Activity {
  readonly signedInAs: string;
  readonly registrationOpen: boolean;
  /** Newest first. */
  readonly events: readonly {
    readonly at: string;
    readonly kind: string;
    readonly actor: string;
    readonly address: string | null;
  }[];
  /** Whether there are older ones, which the page does not show. */
  readonly more: boolean;
  /** The age at which an event is deleted. */
  readonly keptDays: number;
}

/** The page of what happened to an account, without JavaScript. */
export function activityPage(assets: Assets, activity: Activity): string {
  const { signedInAs, registrationOpen, events, more, keptDays } = activity;
  const items = events.map(({ at, address, ...event }) => {
    const from = address === null ? "" : ` · from ${address}`;
    return html`<li class="device"><div>
          <p class="device-name">${eventInWords(event)}</p>
          <p class="device-facts"><time datetime="${at}">${at.slice(0, 16).replace("T", " ")} UTC</time>${from}</p>
        </div></li>`;
  });
  return layout(assets, {
    title: "Activity",
    path: "/account/activity",
    account: accountBar(signedInAs, { registrationOpen }),
    content: html`<h1>Activity</h1>
      <p class="lead">What happened to your account, newest first. It is deleted after ${String(keptDays)} days. If something was not you, change your password, which signs out everybody else.</p>
      <ul class="devices" aria-label="Events">${items}</ul>
      ${more && html`<p>Older events are in the file of your data.</p>`}
      <p class="actions"><a class="button secondary small" href="/account">Your account</a></p>`,
  });
}
