import type { Assets } from "../assets/asset.ts";
import { accountBar } from "./account-bar.ts";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";

/** An article as the list shows it. */
export interface ListedArticle {
  readonly id: number;
  readonly title: string;
  readonly author: string;
  readonly createdAt: Date;
  readonly likeCount: number;
  readonly likedByMe: boolean;
}

/** One page of articles, and the person for whom it is drawn. */
export interface Home {
  readonly articles: readonly ListedArticle[];
  /** The cursor of this page; undefined for the newest. */
  readonly cursor: string | undefined;
  readonly nextCursor: string | null;
  /** The session of the person who is signed in; `persistent` when its cookie outlives the browser. */
  readonly session: { readonly id: string; readonly email: string; readonly persistent: boolean } | undefined;
  /** The settings that the view application reads before its first request. */
  readonly registrationOpen: boolean;
  readonly minPasswordLength: number;
  /** Whether the server sends mails. */
  readonly sendsMail: boolean;
  /** The most days that a personal token lives for. */
  readonly personalTokenDays: number;
  /** Whether accounts have user names. */
  readonly takesUsernames: boolean;
  readonly cookiesCollide?: boolean;
}

/**
 * The start page: one page of articles, readable without JavaScript. The view application replaces the content of `#app` and
 * `#account`, and reads its settings from the data attributes.
 */
export function homePage(assets: Assets, home: Home): string {
  const {
    cursor,
    session,
    registrationOpen,
    minPasswordLength,
    sendsMail,
    personalTokenDays,
    takesUsernames,
    cookiesCollide = false,
  } = home;
  const path = cursor === undefined ? "/" : `/?cursor=${cursor}`;
  return layout(assets, {
    title: "Articles",
    path: "/",
    cookiesCollide,
    account: accountBar(session?.email, { next: path, registrationOpen }),
    content: html`<div id="app"${session && html` data-session="${session.id}" data-signed-in="${session.email}"${session.persistent && html` data-persistent`}`} data-registration="${registrationOpen ? "open" : "closed"}" data-min-password-length="${minPasswordLength}" data-mail="${sendsMail ? "on" : "off"}" data-personal-token-days="${personalTokenDays}"${takesUsernames && html` data-usernames`}>
        <h1>Articles</h1>
        <p class="lead">Sign in once, carry a token, like an article.</p>
        <noscript><p class="quiet">You can read everything here. To like an article this page needs JavaScript.</p></noscript>
        ${list(home)}
      </div>`,
    head: html`<script type="module" src="${assets.url("view.js")}"></script>`,
  });
}

function list({ articles, cursor, nextCursor }: Home): Html {
  if (articles.length === 0) {
    return html`<div class="state"><h2>No articles</h2><p>${cursor ? "There are none that are older." : "Nobody has written one yet."}</p></div>`;
  }
  return html`<ol class="articles">${articles.map(item)}</ol>
        <nav class="pages" aria-label="Pages">
          ${cursor !== undefined && html`<a class="button secondary" href="/">Newest articles</a>`}
          ${nextCursor !== null && html`<a class="button secondary" rel="next" href="/?cursor=${nextCursor}">Older articles</a>`}
        </nav>`;
}

function item({ title, author, createdAt, likeCount, likedByMe }: ListedArticle): Html {
  const date = createdAt.toISOString();
  const likes = `${likeCount} ${likeCount === 1 ? "like" : "likes"}${likedByMe ? ", yours among them" : ""}`;
  return html`
          <li class="article">
            <div>
              <h2 class="article-title">${title}</h2>
              <p class="article-facts">${author} · <time datetime="${date}">${day(createdAt)}</time></p>
            </div>
            <span class="like" title="${likes}"${likedByMe && html` data-liked`}><span class="visually-hidden">${likes}</span><span aria-hidden="true">${likeCount}</span></span>
          </li>`;
}

const MONTHS = "January February March April May June July August September October November December".split(" ");

/** The day in UTC, such as 5 March 2026. By hand, because the first `Intl.DateTimeFormat` of a process takes 8 MB and 15 ms. */
export function day(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}
