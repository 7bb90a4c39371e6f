import type { Assets } from "../../assets/asset.ts";
import { daysInWords, firstLifetime, lifetimeChoices, SCOPES_IN_WORDS } from "../../wording.ts";
import { accountBar } from "../account-bar.ts";
import type { FieldErrors } from "../form-field.ts";
import { day } from "../home-page.ts";
import { type Html, html } from "../html.ts";
import { layout } from "../layout.ts";

/** A token of a program, as the page lists it. */
export interface ListedToken {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date;
  readonly scopes: readonly string[];
}

/** The tokens of a person's programs, and what was just done. */
export interface TokensState {
  readonly signedInAs: string;
  readonly registrationOpen: boolean;
  readonly tokens: readonly ListedToken[];
  /** Whether all that a sign-in asks for was proved lately enough to make a token. */
  readonly fresh: boolean;
  /** The most days that a token lives for. */
  readonly mostDays: number;
  /** A token that was just made, which is shown once. */
  readonly made?: { readonly name: string; readonly token: string };
  /** What was typed into the form, and why it is refused. */
  readonly typed?: TypedToken;
}

/** A form as it was sent. */
interface TypedToken {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly days: number | undefined;
  readonly errors: FieldErrors;
}

const PATH = "/account/tokens";

/** The page that lists the tokens of programs, makes them and ends them; works without JavaScript. */
export function tokensPage(assets: Assets, state: TokensState): string {
  const { signedInAs, registrationOpen, tokens, fresh, made, typed } = state;
  const title = "Tokens for programs";
  return layout(assets, {
    title: typed === undefined ? title : `Not done yet: ${title}`,
    account: accountBar(signedInAs, { registrationOpen }),
    content: html`<h1>${title}</h1>
      <p class="lead">A program that has one acts for you, within what you choose, until it expires or you end it: also when you sign out here. A new password ends all of them.</p>
      ${made !== undefined && shownOnce(made)}
      ${tokens.length > 0 ? html`<ul class="devices" aria-label="Tokens">${tokens.map(item)}</ul>` : html`<p class="quiet">There are none.</p>`}
      <h2>Make a token</h2>
      ${fresh ? form(state) : html`<p>Whoever makes one has to be you. <a class="button secondary small" href="/verify?next=${encodeURIComponent(PATH)}">Prove that it is you</a></p>`}
      <p><a href="/account">Back to your account</a></p>`,
  });
}

function shownOnce({ name, token }: NonNullable<TokensState["made"]>): Html {
  return html`<div class="notice success new-token" role="status">
        <h2>Copy “${name}” now</h2>
        <p>It is shown this once. Give it to the program, and keep it nowhere else.</p>
        <p><code>${token}</code></p>
      </div>`;
}

function item({ id, name, createdAt, lastUsedAt, expiresAt, scopes }: ListedToken): Html {
  return html`
          <li class="device">
            <div>
              <p class="device-name">${name}</p>
              <p class="device-facts">Made ${time(createdAt)} · ${lastUsedAt === null ? "not used yet" : html`last used ${time(lastUsedAt)}`} · until ${time(expiresAt)} · only for ${scopes.join(", ")}</p>
            </div>
            <form method="post" action="${PATH}/${id}"><button class="button secondary small" aria-label="End ${name}, made ${day(createdAt)}">End</button></form>
          </li>`;
}

function time(date: Date): Html {
  return html`<time datetime="${date.toISOString()}">${day(date)}</time>`;
}

function form({ mostDays, typed }: TokensState): Html {
  const { name = "", scopes = [], days = firstLifetime(mostDays), errors = {} } = typed ?? {};
  const choices = Object.entries(SCOPES_IN_WORDS).map(
    ([scope, words]) =>
      html`<label class="check"><input type="checkbox" name="scopes" value="${scope}"${scopes.includes(scope) && html` checked`}> ${words}</label>`,
  );
  const lifetimes = lifetimeChoices(mostDays).map(
    (one) => html`<option value="${one}"${one === days && html` selected`}>${daysInWords(one)}</option>`,
  );
  return html`<form class="form" method="post" action="${PATH}">
        <div class="field">
          <label for="name">Name</label>
          <p class="hint" id="name-hint">So that you can tell it from others, such as what the program does.</p>
          <input id="name" name="name" type="text" autocomplete="off" required maxlength="100" value="${name}" aria-describedby="name-hint">
        </div>
        <fieldset class="choice"${errors.scopes !== undefined && html` aria-describedby="scopes-errors"`}>
          <legend>What may it do?</legend>
          ${choices}
          ${messages("scopes", errors)}
        </fieldset>
        <div class="field">
          <label for="days">It expires after</label>
          <select id="days" name="days"${errors.days !== undefined && html` aria-invalid="true" aria-describedby="days-errors"`}>${lifetimes}</select>
          ${messages("days", errors)}
        </div>
        <div class="actions"><button class="button">Make the token</button></div>
      </form>`;
}

function messages(field: string, { [field]: texts = [] }: FieldErrors): Html | false {
  if (texts.length === 0) return false;
  return html`<div class="errors" id="${field}-errors" role="alert">${texts.map((text) => html`<p>${text}</p>`)}</div>`;
}
