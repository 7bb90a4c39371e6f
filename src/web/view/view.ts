import { createApp } from "vue";
import { createApi } from "./api/client.ts";
import App from "./app.vue";
import type { Application } from "./application.ts";
import { createArticleList } from "./articles/article-list.ts";
import { followEvents } from "./events.ts";
import { catchLostFocus } from "./lost-focus.ts";
import { createNews } from "./news.ts";
import { createPlace } from "./place.ts";
import { makePasskeyAfterForm } from "./server-form/passkey-creation.ts";
import { begin } from "./session/begin.ts";
import { type Credentials, createCredentials } from "./session/credentials.ts";
import { createSession } from "./session/session.ts";
import { createTabs } from "./session/tabs.ts";
import { createTokenStore } from "./session/token-store.ts";

/** How long the first page of articles waits for the answer to who is signed in, in milliseconds. */
const SOON_MS = 300;

async function start(root: HTMLElement, account: HTMLElement): Promise<void> {
  const arrived = root.dataset.signedIn !== undefined;
  const application = createApplication(root);
  account.replaceChildren();
  root.replaceChildren();
  createApp(App, { application }).mount(root);
  catchLostFocus(document);
  followEvents(application);

  if (arrived) void makePasskeyAfterForm();
  // A person who is not known in time reads the articles as a stranger, and then once more with their own likes.
  const { articles, session } = application;
  const begun = begin(session);
  const known = await Promise.race([begun.then(() => true), sleep(SOON_MS).then(() => false)]);
  await articles.load();
  if (!known) await begun.then(() => articles.load());
}

/** The parts of the application, out of what the server has written into the page. */
function createApplication(root: HTMLElement): Application {
  const {
    session: id,
    signedIn: email,
    persistent,
    registration,
    minPasswordLength,
    mail,
    personalTokenDays,
    usernames,
  } = root.dataset;
  // After a sign-out nothing in the document may name the person.
  for (const name of ["data-session", "data-signed-in", "data-persistent"]) root.removeAttribute(name);
  const store = createTokenStore(window, window);
  const tabs = createTabs(store);
  const cookie = id && email ? { id, email, persistent: persistent !== undefined } : null;
  const held: Credentials = createCredentials(() => api, store, tabs, cookie);
  const api = createApi(() => held.token);
  const news = createNews();
  const place = createPlace();
  const session = createSession({ api, store, tabs, held, news });
  return {
    api,
    place,
    news,
    session,
    articles: createArticleList(place, session),
    drawn: [...root.querySelectorAll("ol.articles, nav.pages")],
    registrationOpen: registration !== "closed",
    sendsMail: mail === "on",
    takesUsernames: usernames !== undefined,
    minPasswordLength: Number(minPasswordLength ?? 8),
    personalTokenDays: Number(personalTokenDays ?? 365),
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const [root, account] = ["app", "account"].map((id) => document.getElementById(id));
if (root && account) await start(root, account);
